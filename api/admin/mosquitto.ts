import { topics } from '#contract/topics.ts';
import type { Role, TopicName } from '#contract/topics.ts';
import type { ClientCredential } from '#runtime/credentials.ts';

/** Lines of Mosquitto's password_file; clients without a hash in its form cannot be there. */
export function mosquittoPasswords(clients: Iterable<ClientCredential>): string {
  return [...clients]
    .flatMap(({ id, mosquitto }) => (mosquitto === undefined ? [] : `${id}:${mosquitto}\n`))
    .join('');
}

/**
 * Mosquitto's acl_file: for each client what the topic table lets its role do. Where retained
 * messages may be left behind, the api may write, too, to clear them: rules of Mosquitto do not
 * tell an empty retained message from another.
 */
export function mosquittoAcl(clients: Iterable<ClientCredential>, site: string): string {
  const names = Object.keys(topics) as TopicName[];
  const blocks = [...clients].map(({ id, role }) => {
    const rules = names.flatMap((name) => {
      const { publishers, subscribers, retain } = topics[name];
      const writes = includes(publishers, role) || (retain && role === 'api');
      const path = pathOf(name, { site, [role]: id });
      return [
        ...(writes ? [`topic write ${path}`] : []),
        ...(includes(subscribers, role) ? [`topic read ${path}`] : []),
      ];
    });
    return [`user ${id}`, ...rules, ''].join('\n');
  });
  return blocks.join('\n');
}

function includes(roles: readonly Role[], role: Role): boolean {
  return roles.includes(role);
}

/** A key named like the role is the client's own id; any other may be any one level. */
function pathOf(name: TopicName, keys: Readonly<Record<string, string>>): string {
  return topics[name].path.replaceAll(/\{(\w+)\}/g, (_, key: string) => keys[key] ?? '+');
}
