// Loaded before the program that the launcher starts. The program runs in a session of its own, so
// that a Ctrl-C reaches it once, through the launcher, and not a second time from the terminal.
// The price is that killing the launcher's group would leave it behind: this pipe ends with the
// launcher, and then the program gets the SIGTERM that the launcher could not send.
import { Socket } from 'node:net';

const fd = Number(process.env.TICKWIRE_TETHER_FD);
// Children of the program must not take their own descriptor of that number for the pipe.
delete process.env.TICKWIRE_TETHER_FD;

if (Number.isInteger(fd) && fd > 2) {
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on('end', () => process.kill(process.pid, 'SIGTERM'));
  pipe.on('error', () => {});
  pipe.resume();
  pipe.unref();
}
