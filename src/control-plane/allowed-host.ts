import { isIP } from 'node:net';

/**
 * Whether a Host header names this machine, or an address. A page in a browser can have its own name resolve to
 * 127.0.0.1 (DNS rebinding) and would then be let at this server; such a request has that name here.
 */
export function isAllowedHost(header: string | undefined): boolean {
  const host = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(header ?? '')?.[1]?.toLowerCase() ?? '';
  return host === 'localhost' || isIP(host) === 4 || (host.startsWith('[') && isIP(host.slice(1, -1)) === 6);
}
