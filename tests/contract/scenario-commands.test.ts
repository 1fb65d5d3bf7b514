import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chargerCommand } from '#charging/command.ts';
import { COMMANDS } from '#simulators/scenario/commands.ts';

const discriminated = z.object({
  oneOf: z.array(z.object({ properties: z.object({ command: z.object({ const: z.string() }) }) })),
});

describe('The commands that a scenario may order', () => {
  it('are those that the API takes', () => {
    const { oneOf } = discriminated.parse(z.toJSONSchema(chargerCommand, { io: 'input' }));
    const taken = oneOf.map(({ properties }) => properties.command.const);
    expect([...COMMANDS].toSorted()).toEqual(taken.toSorted());
  });
});
