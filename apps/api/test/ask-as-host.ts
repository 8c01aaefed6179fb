// Asks the api on a port by another name than its own, which fetch cannot; prints the status.
import { request } from 'node:http';

const [port = '', host = ''] = process.argv.slice(2);
request(
  { port, host: '127.0.0.1', path: '/livez', headers: { host: `${host}:${port}` } },
  (answer) => {
    process.stdout.write(`${answer.statusCode}\n`);
    answer.resume();
  },
).end();
