import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './feedback.tsx';

/** Shows the answer to a question once it is there, its place until then, and what to do when it fails. */
export function Answer<T>(props: {
  to: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  height?: string;
  /** The answer is the whole page, and so is its failure. */
  isPage?: boolean;
  children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.to;
  if (data !== undefined) return props.children(data);
  if (error) return <Failure error={error} onRetry={() => void refetch()} isPage={props.isPage} />;
  return <Loading height={props.height} />;
}
