import { useId } from 'react';
import {
  Button,
  FieldError,
  Input,
  Label,
  NumberField,
  SearchField,
  Text,
  TextField,
  type NumberFieldProps,
  type TextFieldProps,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

interface Said {
  label: string;
  hint?: string;
}

/** One line of text with its label, a hint, and what is wrong with it. */
export function Field({
  label,
  hint,
  autoComplete = 'off',
  ...rest
}: Omit<TextFieldProps, 'children' | 'className'> & Said & { autoComplete?: string }) {
  return (
    <TextField {...rest} autoComplete={autoComplete} className="field">
      <Line label={label} hint={hint} />
    </TextField>
  );
}

/** A whole number with its label and a hint. */
export function Whole({ label, hint, ...rest }: Omit<NumberFieldProps, 'children' | 'className'> & Said) {
  return (
    <NumberField {...rest} formatOptions={{ maximumFractionDigits: 0, useGrouping: false }} className="field">
      <Line label={label} hint={hint} />
    </NumberField>
  );
}

function Line({ label, hint }: { label: string; hint: string | undefined }) {
  return (
    <>
      <Label>{label}</Label>
      <Input className="input" />
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error" />
    </>
  );
}

/** One of a list: the browser's own, which every hand, phone and screen reader knows. */
export function Pick<T extends string>(props: {
  label: string;
  options: readonly { id: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        className="input"
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.id === event.target.value);
          if (chosen) props.onChange(chosen.id);
        }}
      >
        {props.options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Search by typing. */
export function Search(props: {
  label: string;
  hint: string;
  clear: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <SearchField className="search" aria-label={props.label} value={props.value} onChange={props.onChange}>
      <Icon name="search" />
      <Input className="input" placeholder={props.hint} />
      <Button className="button button-icon search-clear" aria-label={props.clear}>
        <Icon name="close" />
      </Button>
    </SearchField>
  );
}
