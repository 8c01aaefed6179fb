export { SchemaError } from './errors.ts';
export type { SchemaErrorCode, SchemaPlace, SchemaWarning } from './errors.ts';
export { accessorName, className, fileStem } from './names.ts';
export { XML_LIMITS, readXml } from './read-xml.ts';
export type { XmlLimits } from './read-xml.ts';
export { readSchema } from './read-schema.ts';
export type { ReadSchema } from './read-schema.ts';
export type { XmlElement } from './xml-element.ts';
