/**
 * Tokens of vendors by the formats they document, made up at run time so that no scanner of repositories stops
 * on them. In a format `{A36}` stands for 36 letters and digits; H, h: upper and lower hex; u, l: upper and
 * lower case letters with digits; d: digits; w: what base64url has; b: what base64 has; a: letters.
 */
const CHARACTERS: Record<string, string> = {
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  H: '0123456789ABCDEF',
  h: '0123456789abcdef',
  u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  l: 'abcdefghijklmnopqrstuvwxyz0123456789',
  d: '0123456789',
  w: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
  b: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  a: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
};

const UUID = '{h8}-{h4}-4{h3}-a{h3}-{h12}';

export const FORMATS: Record<string, string[]> = {
  '1Password': ['ops_eyJ{A160}fQ=='],
  Adafruit: ['aio_{A28}'],
  Age: ['AGE-SECRET-KEY-1{u58}'],
  Airtable: ['pat{A14}.{h64}'],
  Aiven: ['AVNS_{w19}'],
  Alibaba: ['LTAI{A20}'],
  Anthropic: ['sk-ant-api03-{w93}AA', 'sk-ant-oat01-{w93}AA', 'sk-ant-admin01-{w93}AA'],
  Atlassian: ['ATATT3xFfGF0{w171}={H8}', 'ATCTT3xFfGN0{w171}={H8}'],
  AWS: ['AKIA{u16}', 'ASIA{u16}'],
  Azure: ['{A3}8Q~{w34}'],
  Bitbucket: ['ATBB{A32}'],
  Braintree: ['access_token$production\u0024{l16}\u0024{h32}'],
  Brevo: ['xkeysib-{h64}-{A16}'],
  Buildkite: ['bkua_{h40}'],
  CircleCI: ['CCIPAT_{A22}_{h40}', 'CCIPRJ_{A22}_{h40}'],
  Clojars: ['CLOJARS_{h60}'],
  Cloudflare: ['cfut_{A40}{h8}', 'v1.0-{h24}-{h146}'],
  Contentful: ['CFPAT-{w43}'],
  'crates.io': ['cio{A32}'],
  Databricks: ['dapi{h32}', 'dapi{h32}-2'],
  DigitalOcean: ['dop_v1_{h64}', 'doo_v1_{h64}', 'dor_v1_{h64}'],
  Discord: ['M{A23}.{w6}.{w38}', 'https://discord.com/api/webhooks/{d18}/{w68}'],
  'Docker Hub': ['dckr_pat_{w27}', 'dckr_oat_{w32}'],
  Doppler: ['dp.pt.{A43}', 'dp.st.prd.{A43}'],
  Duffel: ['duffel_test_{w43}'],
  Dynatrace: ['dt0c01.{u24}.{u64}'],
  EasyPost: ['EZAK{A54}', 'EZTK{A54}'],
  ElevenLabs: ['sk_{h48}'],
  Facebook: ['EAAG{A120}'],
  Figma: ['figd_{w40}'],
  Firecrawl: ['fc-{h32}'],
  Flutterwave: ['FLWSECK_TEST-{h32}-X'],
  'Fly.io': ['fo1_{w43}', 'fm2_{b100}'],
  GitHub: ['ghp_{A36}', 'gho_{A36}', 'ghu_{A36}', 'ghs_{A36}', 'ghr_{A36}', 'github_pat_{A22}_{A59}'],
  GitLab: ['glpat-{w20}', 'gldt-{w20}', 'glrt-{w20}', 'glptt-{h40}', 'GR1348941{w20}'],
  Google: ['AIza{w35}', 'GOCSPX-{w28}', 'ya29.{w140}', '1//0{w60}'],
  Grafana: ['glsa_{A32}_{h8}', 'glc_eyJ{A100}'],
  Groq: ['gsk_{A52}'],
  Heroku: ['HRKU-AA{w58}'],
  HubSpot: [`pat-na1-${UUID}`],
  'Hugging Face': ['hf_{a34}'],
  Infracost: ['ico-{A32}'],
  JFrog: ['AKCp8{A68}'],
  LangSmith: ['lsv2_pt_{h32}_{h10}', 'lsv2_sk_{h32}_{h10}'],
  LaunchDarkly: [`sdk-${UUID}`, `api-${UUID}`],
  Linear: ['lin_api_{A40}'],
  Mailchimp: ['{h32}-us12'],
  Mailgun: ['key-{h32}'],
  Mapbox: ['sk.eyJ{A70}.{w22}'],
  'MongoDB Atlas': ['mdb_sa_sk_{w40}'],
  Netlify: ['nfp_{A36}'],
  'New Relic': ['NRAK-{u27}', 'NRII-{w32}'],
  Notion: ['ntn_{d11}{A35}', 'secret_{A43}'],
  npm: ['npm_{A36}'],
  NuGet: ['oy2{l43}'],
  NVIDIA: ['nvapi-{w64}'],
  'Octopus Deploy': ['API-{u26}'],
  OpenAI: ['sk-{A20}T3BlbkFJ{A20}', 'sk-proj-{w74}T3BlbkFJ{w74}', 'sk-svcacct-{w58}T3BlbkFJ{w58}'],
  OpenRouter: ['sk-or-v1-{h64}'],
  Perplexity: ['pplx-{A48}'],
  Plaid: [`access-sandbox-${UUID}`],
  PlanetScale: ['pscale_tkn_{w43}', 'pscale_pw_{w43}'],
  PostHog: ['phx_{A43}'],
  Postman: ['PMAK-{h24}-{h34}'],
  Prefect: ['pnu_{A36}'],
  Pulumi: ['pul-{h40}'],
  PyPI: ['pypi-AgEIcHlwaS5vcmc{w120}'],
  Razorpay: ['rzp_live_{A14}'],
  ReadMe: ['rdme_{l70}'],
  Replicate: ['r8_{A37}'],
  Resend: ['re_{A8}_{A24}'],
  RubyGems: ['rubygems_{h48}'],
  SendGrid: ['SG.{w22}.{w43}'],
  Sentry: ['sntrys_eyJ{A100}_{A43}', 'sntryu_{h64}'],
  Shippo: ['shippo_live_{h40}'],
  Shopify: ['shpat_{h32}', 'shpss_{h32}'],
  Slack: [
    'xoxb-{d12}-{d13}-{A24}',
    'xapp-1-A{u10}-{d13}-{h64}',
    'https://hooks.slack.com/services/T{u8}/B{u10}/{A24}',
  ],
  SonarQube: ['sqp_{h40}', 'squ_{h40}'],
  Sourcegraph: ['sgp_{h16}_{h40}'],
  Square: ['sq0atp-{w22}', 'sq0csp-{w43}', 'EAAA{w60}'],
  Stripe: ['sk_live_{A24}', 'rk_live_{A99}', 'sk_test_{A24}', 'whsec_{b32}'],
  Supabase: ['sbp_{h40}', 'sb_secret_{w31}'],
  Tailscale: ['tskey-auth-{A12}CNTRL-{A32}', 'tskey-api-{A12}CNTRL-{A32}'],
  Telegram: ['{d10}:AA{w33}'],
  'Terraform Cloud': ['{A14}.atlasv1.{w67}'],
  Twilio: ['SK{h32}'],
  Typeform: ['tfp_{w59}'],
  Vault: ['hvs.{w95}', 'hvb.{w150}'],
  Vercel: ['vcp_{A56}'],
  xAI: ['xai-{A80}'],
  Yandex: ['AQVN{w36}'],
};

type Random = () => number;

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.trunc(random() * items.length)]!;
}

/** A token of the format. What it may end in is a letter or digit, as with nearly all real ones. */
export function tokenOf(format: string, random: Random): string {
  const token = format.replace(/\{([A-Za-z])(\d+)\}/g, (_all, kind: string, length: string) =>
    Array.from({ length: Number(length) }, () => pick(random, [...CHARACTERS[kind]!])).join(''),
  );
  return /[_-]$/.test(token) ? `${token.slice(0, -1)}k` : token;
}

/** A JSON web token. */
export function jwt(random: Random): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ sub: tokenOf('{d10}', random) }),
    tokenOf('{w43}', random),
  ].join('.');
}
