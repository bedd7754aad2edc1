import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server with the Chat Completions API, as people run one themselves. It says the same to everything. */
export class ModelServer {
  static readonly KEY = 'a-key-of-the-tests-0123456789-wxyz';
  static readonly MODELS = ['local-small', 'local-large'];
  /** What was asked for, such as `POST /v1/chat/completions`, and the model that was to answer. */
  readonly asked: { request: string; model: string | null }[] = [];
  #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ModelServer> {
    const running = new ModelServer();
    running.#server.listen(0, '127.0.0.1');
    await once(running.#server, 'listening');
    return running;
  }

  /** As rules of administrators name it. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `http://${this.host}/v1`;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const body = await text(request);
    this.asked.push({ request: `${request.method} ${request.url}`, model: body ? (JSON.parse(body) as { model: string }).model : null });
    if (request.headers.authorization !== `Bearer ${ModelServer.KEY}`) {
      response.writeHead(401, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } }));
    } else if (request.url === '/v1/models') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: ModelServer.MODELS.map((id) => ({ id, object: 'model' })) }));
    } else {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const chunk = (delta: object, finish_reason: string | null) =>
        `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
      response.end(`${chunk({ role: 'assistant', content: 'A greeting from the local model.' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
    }
  }
}

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const part of request.setEncoding('utf8')) all += part as string;
  return all;
}
