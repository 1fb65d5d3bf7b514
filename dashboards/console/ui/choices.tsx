import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

/** A few choices side by side, of which exactly one holds. */
export function Choices<T extends string>(props: {
  label: string;
  options: readonly { id: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <ToggleButtonGroup
      className="choices"
      aria-label={props.label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.value]}
      onSelectionChange={(keys) => {
        const chosen = props.options.find((option) => keys.has(option.id));
        if (chosen) props.onChange(chosen.id);
      }}
    >
      {props.options.map((option) => (
        <ToggleButton key={option.id} id={option.id} className="choice">
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
