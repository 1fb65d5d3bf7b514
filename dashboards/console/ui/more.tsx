import { Button } from 'react-aria-components';

/** Goes on with a list that is read page by page, while there is more of it. */
export function More(props: {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  children: string;
}) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = props.of;
  if (!hasNextPage) return null;
  return (
    <div className="more">
      <Button className="button button-small" isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
        {props.children}
      </Button>
    </div>
  );
}
