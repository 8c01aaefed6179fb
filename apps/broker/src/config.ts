// Configuration of the bus process. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { environmentNumber, serviceConfig } from '@tickwire/io-service';
import { z } from 'zod';

export const brokerConfig = serviceConfig.extend({
  /** Preferred port; a busy one moves to the next free one. 0 = any. */
  port: environmentNumber.pipe(z.number().int().min(0).max(65_535)).default(0),
  /** Path of nats-server; without it the embedded broker runs. */
  natsBinary: z.string().min(1).optional(),
});
export type BrokerConfig = z.infer<typeof brokerConfig>;
