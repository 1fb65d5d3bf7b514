import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

describe('a line of CSV', () => {
  it.each<[string, (string | number | null)[], string]>([
    ['has commas between its cells and ends with CRLF', ['a', 1.5, null, 'b'], 'a,1.5,,b\r\n'],
    [
      'puts quotes round what holds a comma, a quote or a line end',
      ['a,b', 'say "a"', 'a\nb'],
      '"a,b","say ""a""","a\nb"\r\n',
    ],
    ['keeps a formula from being run', ['=1+1', '+1', '-1', '@A1', '\tx'], "'=1+1,'+1,'-1,'@A1,'\tx\r\n"],
    ['keeps a formula with a quote from being run', ['=HYPERLINK("x","y")'], `"'=HYPERLINK(""x"",""y"")"\r\n`],
    ['leaves numbers alone', [-1, 1e21, 0], '-1,1e+21,0\r\n'],
    ['may be empty', [], '\r\n'],
  ])('%s', (_, cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});
