import * as z from 'zod';
import { LotId } from './ids.ts';
import { IsoInstant } from './time.ts';

/** Who may do what, the least first: each may all that those before it may. */
export const ACCESS_ROLES = ['viewer', 'operator', 'admin'] as const;
export const AccessRole = z.enum(ACCESS_ROLES);
export type AccessRole = z.infer<typeof AccessRole>;

/** Of what: the whole site, or these lots alone, as a trader association has its own. */
export const AccessScope = z.union([
  z.literal('site'),
  z.array(LotId).min(1).max(500).describe('lot ids'),
]);
export type AccessScope = z.infer<typeof AccessScope>;

export const UserName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{1,39}$/,
    'expected 2 to 40 lower-case letters, digits, dots, hyphens and underscores',
  );

/** Long enough for any passphrase, short enough to hash. */
const Password = z.string().min(1).max(200);

export const LoginRequest = z.strictObject({ name: z.string().max(100), password: Password });

export const AccountAnswer = z.object({
  name: z.string(),
  kind: z.enum(['user', 'token', 'bootstrap']),
  role: AccessRole,
  scope: AccessScope,
  mustChangePassword: z.boolean(),
});
export type AccountAnswer = z.infer<typeof AccountAnswer>;

export const PasswordChange = z.strictObject({ current: Password, next: Password });

export const UserAnswer = z.object({
  name: UserName,
  role: AccessRole,
  scope: AccessScope,
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  createdAt: IsoInstant,
  lastLoginAt: IsoInstant.nullable(),
});
export type UserAnswer = z.infer<typeof UserAnswer>;

export const UsersAnswer = z.object({ users: z.array(UserAnswer) });
export const NewUser = z.strictObject({
  name: UserName,
  role: AccessRole,
  scope: AccessScope.default('site'),
});
export const UserChange = z
  .strictObject({
    role: AccessRole.optional(),
    scope: AccessScope.optional(),
    disabled: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'expected something to change');
export type UserChange = z.infer<typeof UserChange>;

/** The first password, said once: it must be changed at the first login. */
export const UserMade = z.object({ user: UserAnswer, password: z.string() });

export const TokenAnswer = z.object({
  token: z.string().describe('its public id'),
  name: z.string(),
  role: AccessRole,
  scope: AccessScope,
  createdAt: IsoInstant,
  createdBy: z.string(),
  expiresAt: IsoInstant,
  lastUsedAt: IsoInstant.nullable(),
  revoked: z.boolean(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

export const TokensAnswer = z.object({ tokens: z.array(TokenAnswer) });
export const NewToken = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}]*$/u, 'expected no control characters'),
  role: AccessRole,
  scope: AccessScope.default('site'),
  days: z.int().min(1).max(730).default(365),
});
/** The secret, said once: it is stored as a digest only. */
export const TokenMade = z.object({ token: TokenAnswer, secret: z.string() });

/** One line of the audit log; `before` and `after` are what the change was of, secrets left out. */
export const AuditRow = z.object({
  no: z.int(),
  at: IsoInstant,
  actor: z.string().describe('user:NAME, token:ID, bootstrap, or nobody for a failed login'),
  address: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditRow = z.infer<typeof AuditRow>;
