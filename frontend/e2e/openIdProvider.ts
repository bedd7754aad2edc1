import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './proxy';

export const CLIENT = { client_id: 'deskhand', client_secret: 'a secret of the tests' };

/** A certified OpenID provider, where everybody can log in under every name. */
export class OpenIdProvider {
  readonly issuer: string;
  #server: Server | undefined;

  private constructor(issuer: string) {
    this.issuer = issuer;
  }

  /** Starts one that sends browsers back to `callback`. Its host is another site than that of the tests. */
  static async start(callback: string): Promise<OpenIdProvider> {
    const port = await freePort();
    const running = new OpenIdProvider(`http://localhost:${port}`);
    const provider = new Provider(running.issuer, {
      clients: [{ ...CLIENT, redirect_uris: [callback] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'preferred_username'] },
      cookies: { keys: ['of the tests'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: `subject of ${id}`,
          email: `${id}@example.com`,
          email_verified: true,
          preferred_username: id,
          given_name: 'Grace',
          family_name: 'Hopper',
        }),
      }),
    });
    running.#server = createServer(provider.callback());
    running.#server.listen(port, 'localhost');
    await once(running.#server, 'listening');
    return running;
  }

  async stop() {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}
