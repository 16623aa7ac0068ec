/** Lines without a secret: real files of this checkout and its packages, and made-up logs, lists and diffs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from './plain-files.js';
import { pick, tokenOf } from './vendor-tokens.js';

export interface PlainLine {
  kind: string;
  line: string;
}

type Random = () => number;

const CHECKOUT = join(import.meta.dirname, '../../..');
const LONGEST_LINE = 5000;

export function plainLines(random: Random): PlainLine[] {
  return [...fromFiles(), ...madeUp(random)];
}

function fromFiles(): PlainLine[] {
  return Object.entries(FILES).flatMap(([kind, paths]) =>
    paths.flatMap(path =>
      readFileSync(join(CHECKOUT, path), 'utf8')
        .split('\n')
        .flatMap(line => line.match(new RegExp(`.{1,${LONGEST_LINE}}`, 'g')) ?? [])
        .map(line => ({ kind: `${kind} (${path})`, line })),
    ),
  );
}

const BRANCHES = [
  'main',
  'fix/token-refresh',
  'feat/password-reset',
  'release/2.14.0',
  'agent/T-1042-secret-scan',
];
const SUBJECTS = [
  'fix(auth): token refresh: handle expiry',
  'feat: add password strength meter (#1234)',
  'docs: explain API key rotation',
  'chore: bump secretlint to 12.0.0',
  'Merge branch "fix/token-refresh" into main',
  'refactor(secrets): read credentials from the keychain',
  'test: cookie: parse attributes without value',
];
const PATHS = [
  'src/auth/token.ts',
  'lib/password_reset.rb',
  '/var/run/secrets/kubernetes.io/serviceaccount/token',
  'config/api-keys.example.yml',
];

/** `{h40}` and the like as in vendor-tokens; `{branch}`, `{subject}`, `{path}` are chosen. */
const TEMPLATES: Record<string, string[]> = {
  'git log': [
    'commit {h40}',
    '{h7} (HEAD -> {branch}) {subject}',
    'index {h7}..{h7} 100644',
    'Author: A Person <a@example.com>',
    '    {subject}',
    '* {h9} - {subject} (3 days ago)',
  ],
  diff: [
    'diff --git a/{path} b/{path}',
    '--- a/{path}',
    '@@ -{d2},7 +{d2},9 @@ export function token(',
    '+  const token = await getToken(user);',
    '-  password: string;',
    '+  if (!password) throw new Error("password required");',
    '+    token: process.env.API_TOKEN,',
    '+  secret = os.environ["SECRET"]',
    '+api_key: \u0024{API_KEY}',
    '+      TOKEN: \u0024{{ secrets.DEPLOY_TOKEN }}',
  ],
  log: [
    '2026-11-24T10:{d2}:{d2}.{d3}Z INFO request id={h8}-{h4}-4{h3}-a{h3}-{h12} status=200 duration_ms={d3}',
    'tokens: input={d4} output={d3} cached={d5}',
    '{"level":"info","token_count":{d4},"max_tokens":4096,"trace_id":"{h32}","cache_key":"{h40}"}',
    'WARN [auth] token expired for user {d4}, refreshing',
    'pass {d2} fail 0 skip {d1}',
    'ok {d2} - password is checked',
    'primary_key={d8} sort_key=user#{d4} idempotency_key={h8}-{h4}-4{h3}-a{h3}-{h12}',
    'GET /v1/tokens?page=2&next_token={A40} 200',
  ],
  'lock file': [
    '      "integrity": "sha512-{b86}==",',
    'checksum = "{h64}"',
    '  resolved "https://example.com/x/-/x-1.{d1}.{d1}.tgz#{h40}"',
    '    hash = "sha256:{h64}"',
    'github.com/x/y v1.{d1}.{d1} h1:{b43}=',
  ],
  ids: [
    '{h8}-{h4}-4{h3}-a{h3}-{h12}',
    '{h64}',
    '{h32}',
    'session 2026-11-24_cls_00{d1}',
    'sha256:{h64}',
    'task_id: T-{d4}',
    'snap-{h12}',
  ],
  base64: [
    'data:image/png;base64,iVBORw0KGgo{b200}',
    'src: url(data:font/woff2;base64,d09GMgABAAAAA{b200}==)',
    '<img src="data:image/gif;base64,R0lGODlh{b120}">',
    '{b76}',
  ],
  code: [
    '    def __init__(self, token: str, password: str = None):',
    'password = getpass.getpass("Password: ")',
    'token = request.headers.get("X-Token")',
    'let token = self.next_token();',
    'func New(token string, secret []byte) *Client {',
    'if err := validate(password); err != nil {',
    'private final String password;',
    'this.password = password;',
    '$password = $_POST["password"];',
    'secret: process.env.SECRET ?? "",',
    'const { token, secret } = config;',
    'headers: { Authorization: `Bearer \u0024{token}` },',
    'type Props = { apiKey: string; secretKey?: string };',
    'api_key = settings.API_KEY',
    'password: Optional[str] = None',
    'export PASSWORD="$(pass show db/prod)"',
    '--token <token>   the token to use',
    'mkdir -p dist/{path}',
    'docker run -p 8080:80 -v /a:/b image',
    'claude -p "explain the password flow"',
    'ssh -p 2222 host',
    'psql -U postgres -h localhost -p 5432',
    'curl -u "$USER:$TOKEN" https://example.com',
    'grep -rn "password=" {path}',
    'git commit -m "{subject}"',
  ],
  'stack trace': [
    '    at Token.validate (/app/{path}:{d2}:{d2})',
    '  File "/app/{path}", line {d3}, in refresh_token',
    'TypeError: Cannot read properties of undefined (reading "token")',
    'panic: invalid key: 0x{h12}',
    'java.lang.IllegalStateException: password must not be empty',
  ],
  minified: [
    'function a(t,e){return t.token?e(t.token):null}var o={key:"a",secret:!1,password:void 0};',
    'e.exports={token:r,auth:n,cookie:i};const k=t=>t.secretKey||"";',
    '!function(){var t="password",e=document.getElementById(t);e&&(e.type="text")}();',
  ],
  prose: [
    'The token is read from the environment; see {path}.',
    'Password: must be at least 12 characters.',
    'Secrets: none were found.',
    'Use --password to set the password, or --token-file for a file.',
    'The API key: where to find it and how to rotate it.',
    'Cookie: a small piece of data stored by the browser.',
    'Authorization: required for every route but /health.',
  ],
};
const EACH = 25;

function madeUp(random: Random): PlainLine[] {
  const choices: Record<string, string[]> = { branch: BRANCHES, subject: SUBJECTS, path: PATHS };
  return Object.entries(TEMPLATES).flatMap(([kind, templates]) =>
    templates.flatMap(template =>
      Array.from({ length: EACH }, () => {
        const chosen = template.replace(/\{(branch|subject|path)\}/g, (_all, name: string) =>
          pick(random, choices[name]!),
        );
        return { kind, line: tokenOf(chosen, random) };
      }),
    ),
  );
}
