/** The rules of our own, by example: what they hide, and what they leave. `‹…›` marks what must go. */
import { expect, test } from 'vitest';
import { captureText } from '../../../tools/lib/redact/capture.js';
import { redactName, redactText } from '../../../tools/lib/redact/redact-text.js';
import { BUILT_IN } from '../../../tools/lib/redact/rules.js';

const hidden = (text: string): string =>
  redactText(text.replaceAll(/[‹›]/g, ''), BUILT_IN).text.replaceAll(/\[redacted:[a-z0-9-]+\]/g, '‹›');
const expected = (text: string): string => text.replaceAll(/‹[^›]*›/gs, '‹›');

test.each([
  'DB_PASSWORD=‹hunter2›',
  'export API_KEY=‹abcd1234efgh5678›',
  'PASSWORD=‹secret› ./run',
  'SECRET=‹a,b;c&d›\nNEXT=1',
  'password: ‹swordfish›',
  '  password: ‹hunter2› # note',
  '+  db_password: ‹hunter2›',
  'const password = "‹two words›"',
  'password := `‹hunter2›`',
  ":password => '‹hunter2›'",
  'os.environ["API_KEY"] = "‹abc123def456›"',
  'password: str = "‹hunter2›"',
  '{"k":"\\n‹pm_w4V6Gm87RM35l1lFprclC8rNQmBG02Rki3YY›"}',
  '{"password": "‹hunter2›", "tokens": {"input": 5}}',
  '{"body":"{\\"password\\":\\"‹hun\\\\\\"ter2›\\"}"}',
  'stdout: "ok\\nDB_PASSWORD=‹hunter2›\\nPATH=/bin"',
  '<password>‹hunter2›</password>',
  '<add name="ApiKey" value="‹abc123def456›"/>',
  '- name: DB_PASSWORD\n  value: ‹hunter2›',
  'token: |\n  ‹abcdef1234567890abcd›\nnext: 1',
  'Server=x;User Id=sa;Password=‹P@ss›;Encrypt=true',
  `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=‹${'aB3/'.repeat(21)}Ab==›;EndpointSuffix=x`,
  'https://x.example/y?access_token=‹abc123›&page=2',
  'https://a.blob.example/c?sv=2024&sig=‹aB3dE5gH7jK9mN1p%3D›&se=1',
  'the API key: ‹abc123def456ghi789›',
  'passphrase = "‹correct horse battery staple›"',
  'パスワード：‹hunter2›',
  '密码=‹hunter2›',
  'รหัสผ่าน: ‹hunter2›',
  'token=‹8f14e45f-ceea-467a-9a36-dedd4bea2543›',
  'api_key=‹8f14e45fceea167a5a36dedd4bea2543›',
  "CREATE USER x IDENTIFIED BY '‹hunter›'",
  'machine h login bob password ‹hunter2›',
  ...['password="‹:hunter2›"', "x: 1\npassword = '‹;hunter2›'", '{"password":"‹)hunter2›","x":1}'],
  '{"cmd":"login \\"x\\" password=\\"‹,hunter2›\\""}',
])('an assignment: %s', text => {
  expect(hidden(text)).toBe(expected(text));
});

test.each([
  'tool --password ‹x› --token=‹abc12345›',
  'tool --password "‹two words›" -v',
  'tool --api-key ‹abc› run',
  'tool \\\n  --password \\\n  ‹hunter2›',
  'java -storepass ‹hunter2›',
  '["deploy", "--token", "‹abc123def›"]',
  'curl -u bob:‹s3cr3t› https://x.example',
  'curl -ubob:‹s3cr3t› https://x.example',
  "curl --user 'bob:‹two words›' https://x.example",
  'curl -b "‹sid=abc; x=y›" https://x.example',
  'mysql -u root -p‹secret› db',
  "mysqldump -p'‹secret›' db",
  'sshpass -p ‹secret› ssh host',
  'docker login -u a -p ‹hunter› registry',
  'redis-cli -h x -a ‹secret›',
  'ldapsearch -x -w ‹secret› -b dc=x',
  'smbclient //h/s -U bob%‹secret›',
  'openssl rsa -passin pass:‹secret› -in k.pem',
  '"command":"mysql -p‹secret› -e \\"select 1\\""',
])('a command line: %s', text => {
  expect(hidden(text)).toBe(expected(text));
});

test.each([
  'Authorization: Bearer ‹abc.def-123456›',
  "-H 'Authorization: token ‹0123abc›' -v",
  '"Authorization": "Basic ‹dXNlcjpwYXNz›"',
  'authorization: AWS4-HMAC-SHA256 ‹Credential=AKIDEXAMPLE/20260101/x, Signature=abc123›',
  'sent Bearer ‹aB3dE5gH7jK9mN1pQ› to it',
  'sent Basic ‹dXNlcjpwYXNz› to it',
  '"auth": "‹dXNlcjpwYXNz›"',
  'X-Api-Key: ‹abc123def456›',
  'Cookie: ‹sid=abc123; theme=dark›\r\nHost: x',
  'Set-Cookie: sid=‹abc123›; Path=/; HttpOnly',
  'https://user:‹pa55›@host/path',
  'postgres://u:‹p@ss›@h:5432/db',
  'redis://:‹abc›@h',
  'https:\\/\\/user:‹pa55›@host\\/x',
  '‹-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY-----›\nafter',
  '{"k":"‹-----BEGIN PRIVATE KEY-----\\nMIIEowIBAAKCAQEA\\n-----END PRIVATE KEY-----›\\n"}',
  '+ ‹-----BEGIN OPENSSH PRIVATE KEY-----\n+ b3BlbnNzaC1rZXktdjEAAAAA\n+ -----END OPENSSH PRIVATE KEY-----›',
  'key = "‹-----BEGIN PRIVATE KEY-----\\n" + "MIIEowIBAAKCAQEA\\n" + "-----END PRIVATE KEY-----›";',
  'cut: ‹-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEAMIIEowIBAAKCAQEA\nMIIEowIBAAKCAQEA›',
  `key.b64: ‹${Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${'MIIEow'.repeat(9)}`).toString('base64')}›`,
])('a header, URL or key: %s', text => {
  expect(hidden(text)).toBe(expected(text));
});

test.each([
  ...['password = getPassword()', 'token: string;', 'const token = process.env.TOKEN', 'f(token=self.token)'],
  ...[
    'login(user=user, password=password)',
    'print("password=", value, "x")',
    '{"a":"password:","b":"hunter2","c":"x"}',
    'password: Optional[str] = None',
    'if (password === undefined) {',
  ],
  ...[
    'password=$PW',
    'password=\u0024{PW}',
    'token: \u0024{{ secrets.X }}',
    'api_key: <your-key>',
    'password=***',
    'TOKEN=%TOKEN%',
  ],
  ...[
    'PASSWORD="$(pass show x)"',
    'password: op://vault/item',
    'password_file=/run/secrets/db',
    'password: /run/secrets/db',
  ],
  ...[
    'Password: must be at least 8 characters',
    'use --password to set it',
    '--token <token>  the token',
    'the password is wrong',
  ],
  ...[
    '"password": "Enter your password"',
    'password: null',
    'secret: db-credentials',
    'token_count=1234567',
    'max_tokens: 4096',
  ],
  ...[
    'cache_key=8f14e45fceea167a5a36dedd4bea2543',
    'primary_key: 8f14e45f-ceea-467a-9a36-dedd4bea2543',
    'next_token=aB3dE5gH7jK9',
  ],
  ...[
    '8f14e45f-ceea-467a-9a36-dedd4bea2543',
    'commit 8f14e45fceea167a5a36dedd4bea2543aabbccdd',
    'sha512-aB3dE5gH7jK9mN1p+/==',
  ],
  ...[
    'mkdir -p a/b',
    'docker run -p 80:80 x',
    'claude -p "fix the bug"',
    'mysql -p db',
    'ssh -p 22 host',
    'curl -u "$U:$P" x',
    'docker run --user 1000:1000 x',
  ],
  ...[
    'git@github.com:a/b.git',
    'https://host:8080/@scope/name',
    'ssh://git@host/x',
    'fix(auth): token refresh: handle expiry',
  ],
  ...[
    'Authorization: required for all',
    'Authorization: Bearer \u0024{token}',
    'Cookie: a small file',
    'PWD=/root/x',
    'pass: 10 fail: 0',
    'bypass=true',
  ],
  ...[
    'release/v2.14.0-rc.1',
    'src/auth/token_store.ts:10:5',
    'if (x.includes("-----BEGIN PRIVATE KEY-----")) {',
  ],
])('left alone: %s', text => {
  expect(redactText(text, BUILT_IN)).toEqual({ text, rules: [] });
});

test('the rules that fired are told, each once', () => {
  const { rules } = redactText('password=a1b2 password=c3d4 https://u:p4@h', BUILT_IN);
  expect(rules.sort()).toEqual(['password', 'url-credential']);
});

test('a name keeps what only its words make look like a secret', () => {
  expect(redactName('fix-token:abc123def', BUILT_IN).rules).toEqual([]);
  expect(redactName(`deploy gh${'p_'}${'aB3d'.repeat(9)}`, BUILT_IN).text).toBe('deploy [redacted:github]');
});

test('captured text loses what steers a terminal, and keeps lines, tabs and emoji', () => {
  const seen =
    '\u001b]0;title\u0007\u001b[1mbold\u001b[0m\ta\r\nb\rc\u0007 \u202edlrow 👩‍👩‍👧 \u001b]8;;https://u:p@h\u001b\\link\u001b]8;;\u001b\\';
  expect(captureText(seen, BUILT_IN).text).toBe('bold\ta\nb\nc dlrow 👩‍👩‍👧 link');
});

test('captured text is cut to 1,000 code points, after its secrets are hidden', () => {
  const { text, isTruncated } = captureText(`${'🎉'.repeat(985)} password=hunter2 end`, BUILT_IN);
  expect([Array.from(text).length, isTruncated]).toEqual([1000, true]);
  expect(text).toMatch(/🎉 p… \(truncated\)$/u);
  expect(captureText('🎉'.repeat(1000), BUILT_IN)).toMatchObject({ isTruncated: false, rules: [] });
});
