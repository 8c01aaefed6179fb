/**
 * How messages of MDP 3.0 are framed; all integers are little-endian.
 *
 *   UDP   off size                       TCP   off size
 *          0   4   MsgSeqNum                    0   2   encodingType, 0xCAFE
 *          4   8   SendingTime                  2   4   MsgSeqNum
 *         12   …   messages                     6   8   SendingTime
 *                                              14   …   one message
 *
 *   message  0   2   MsgSize: of the whole message, these two bytes included
 *            2   8   SBE header: blockLength, templateId, schemaId, version, u16 each
 *           10   …   root block and groups
 *
 * A UDP packet has one header and any number of messages (none in an idle packet). The conflated
 * TCP feed has a header before every message: the exchange's pages on technical headers say so,
 * and the one captured packet of it that the tests have (14 + 64 bytes, template 64 of version 12)
 * is laid out like that. MsgSeqNum counts the packets of a channel, or the messages of a
 * connection; SendingTime is in ns since the Unix epoch, the sender's clock.
 */
export const UDP_HEADER_BYTES = 12;
export const TCP_HEADER_BYTES = 14;
export const ENCODING_TYPE = 0xcafe;

export const SIZE_BYTES = 2;
export const SBE_HEADER_BYTES = 8;
export const MESSAGE_HEADER_BYTES = SIZE_BYTES + SBE_HEADER_BYTES;
export const MESSAGE_BYTES_MAX = 0xffff;

export type Mdp3Framing = 'udp' | 'tcp';
