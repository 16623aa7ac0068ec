import fastCheck from 'fast-check';
import { lexer, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { tableCell } from '../../../tools/lib/journal/markdown.js';
import { sessionDocument } from '../../../tools/lib/journal/session-document.js';
import type { SessionEvent } from '../../../tools/lib/journal/session-event.js';
import { sessionFacts } from '../../../tools/lib/journal/session-facts.js';
import { checkProperty } from '../../support/rounds.js';

const session = { day: '2026-11-24', agent: 'cls', number: 1 };

function event(ts: string, kind: string, more: Partial<SessionEvent> = {}): SessionEvent {
  return { ts, event: kind, task_id: 'T-1', source: 'test', summary: kind, endsSession: false, ...more };
}

const documentOf = (...events: SessionEvent[]): string =>
  sessionDocument(sessionFacts(session, 'mbp-3f2a91c0', events));

/** The text of a rendered cell: any token but plain text would be markup that came out of the data. */
function cellText(cell: Tokens.TableCell): string {
  return cell.tokens
    .map(token => {
      const isBareUrl = token.type === 'link' && token.raw === (token as Tokens.Link).text;
      if (token.type === 'text' || isBareUrl) return token.raw;
      if (token.type === 'escape') return (token as Tokens.Escape).text;
      throw new Error(`${JSON.stringify(token.raw)} is read as ${token.type}`);
    })
    .join('')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

const tablesOf = (markdown: string): Tokens.Table[] =>
  lexer(markdown).filter((token): token is Tokens.Table => token.type === 'table');

describe('the document', () => {
  test('has its title, overview, tasks, errors and timeline', () => {
    const text = documentOf(
      event('2026-11-24T10:00:00.000+07:00', 'task_start', { summary: 'Fix it' }),
      event('2026-11-24T10:00:01.000+07:00', 'heartbeat'),
      event('2026-11-24T10:00:02.000+07:00', 'heartbeat'),
      event('2026-11-24T10:01:23.000+07:00', 'task_result', { status: 'success', summary: 'Fixed' }),
    );
    expect(text.split('\n').filter(line => line.startsWith('#'))).toEqual([
      '# Session 2026-11-24_cls_001',
      '## Tasks',
      '## Errors',
      '## Timeline',
      '## Notes',
    ]);
    expect(text).toContain('- **Time:** 10:00:00 +07:00 to 10:01:23 (1m 23s)');
    expect(text).toContain('- **Total events:** 4 (1 task_start, 2 heartbeat, 1 task_result)');
    expect(text).toContain('| T-1 | success | 1m 23s | 10:00:00 | Fixed |');
    expect(text).toContain('| 10:00:01 | heartbeat ×2 | T-1 | until 10:00:02 |');
    expect(text).toContain('## Errors\n\nNone.\n');
  });

  test('shows usage where it is known', () => {
    const tokens = { input: 12_345, cached_input: 1200, output: 67, reasoning: 0 };
    const text = documentOf(
      event('2026-11-24T10:00:00Z', 'task_result', { tokens, cost_usd: 0.0123, summary: 'a' }),
      event('2026-11-24T10:00:00Z', 'task_result', { cost_usd: 1.5, summary: 'b' }),
    );
    expect(text).toContain('- **Tokens:** 12,345 in (1,200 cached), 67 out\n- **Cost:** $1.51\n');
    expect(text).toContain('| Task | Status | Duration | Tokens | Cost | Started | Result |');
    expect(text).toContain('| T-1 | done |  | 12,345 in (1,200 cached), 67 out | $0.0123 |  | a |');
    expect(text).toContain('| T-1 | done |  |  | $1.50 |  | b |');
  });

  test('shows the day and the offset of a time where they are not those of the first event', () => {
    const text = documentOf(
      event('2026-11-24T23:59:00.000+07:00', 'info'),
      event('2026-11-25T00:01:00+0700', 'info'),
      event('2026-11-24T17:02:00Z', 'info'),
    );
    expect(text).toContain('- **Date:** 2026-11-24\n');
    expect(text).toContain('| 23:59:00 | info');
    expect(text).toContain('| 2026-11-25 00:01:00 | info');
    expect(text).toContain('| 17:02:00 +00:00 | info');
  });

  test.each([
    [0, '0ms'],
    [840.4, '840ms'],
    [4_250, '4.2s'],
    [59_999, '59.9s'],
    [60_000, '1m 0s'],
    [3_599_999, '59m 59s'],
    [7_500_000, '2h 5m'],
    [273_600_000, '3d 4h'],
  ])('shows %d ms as %s', (duration_ms, shown) => {
    const result = event('2026-11-24T10:00:00.000+07:00', 'task_result', { duration_ms });
    expect(documentOf(result)).toContain(`| done | ${shown} |`);
  });

  test('leaves out the middle of a table of thousands of rows, and says so', () => {
    const events = Array.from({ length: 1500 }, (_, index) =>
      event('2026-11-24T10:00:00.000+07:00', 'info', { summary: `number ${index}` }),
    );
    const [timeline] = tablesOf(documentOf(...events));
    expect(timeline!.rows).toHaveLength(1001);
    expect(timeline!.rows[500]![3]!.text).toContain('500 more');
    expect(timeline!.rows[499]![3]!.text).toBe('number 499');
    expect(timeline!.rows[501]![3]!.text).toBe('number 1000');
  });
});

describe('text of events', () => {
  const HOSTILE = [
    ...[
      'a | b',
      '`code`',
      '**bold**',
      '_it_',
      '~~gone~~',
      '# heading',
      '- item',
      '> quote',
      '$x$',
      '\\',
      '\\|',
    ],
    ...['<script>alert(1)</script>', '<!-- agent-ledger:notes 0123456789abcdef -->', '&lt;b&gt;', '![i](x)'],
    ...['[a](javascript:x)', '[^1]: note', '| --- |', '```\n## Notes\n```', 'line\r\nline\u2028line\ttab'],
    ...[
      '\u001b[31mred',
      '\u0000',
      '\ud800',
      '  spaces  ',
      '…',
      '',
      'src/a_b.ts and __init__',
      'https://x.org/a_b?c=1',
    ],
  ];

  test.each(HOSTILE)('%j stays text in its cell', text => {
    const events = [
      event('2026-11-24T10:00:00.000+07:00', 'error', { summary: text, task_id: text, error: text }),
    ];
    const [errors, timeline] = tablesOf(documentOf(...events));
    const shown = text
      .toWellFormed()
      .replace(/\s+/gu, ' ')
      .replace(/[\u0000-\u001f]/g, '\ufffd')
      .trim();
    expect(errors!.rows.map(cells => cells.slice(1).map(cellText))).toEqual([[shown, shown]]);
    expect(timeline!.rows.map(cells => cells.slice(2).map(cellText))).toEqual([[shown, shown]]);
  });

  test('any mixture of what means something to Markdown stays text in its cell', () => {
    const pieces = [...'|\\`*_~$<>&[]()!#- a1', '&lt;', '<!--', '-->', '\n', '🙂'];
    const text = fastCheck.array(fastCheck.constantFrom(...pieces), { maxLength: 14 });
    checkProperty(
      fastCheck.property(text, parts => {
        const shown = parts.join('').replace(/\s+/g, ' ').trim();
        const [found] = tablesOf(`| a | b |\n| --- | --- |\n| ${tableCell(parts.join(''))} | end |`);
        expect(found!.rows.map(cells => cells.map(cellText))).toEqual([[shown, 'end']]);
      }),
      2000,
    );
  });

  test('longer than 300 characters it is cut, by whole code points', () => {
    expect(tableCell('🙂'.repeat(300))).toBe('🙂'.repeat(300));
    expect(tableCell('🙂'.repeat(301))).toBe(`${'🙂'.repeat(299)}…`);
  });
});
