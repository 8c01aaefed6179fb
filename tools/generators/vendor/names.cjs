// The forms of a vendor's name, and what a name may be.

/** 16 bytes are what a directory entry has for it; the rest becomes file and variable names. */
const NAME = /^[a-z][a-z0-9]{1,15}$/;

/**
 * @param {string} name
 * @returns {{ vendor: string, Vendor: string, VENDOR: string }}
 */
function vendorNames(name) {
  if (!NAME.test(name)) {
    throw new Error(
      `"${name}" cannot be the name of a vendor: give 2 to 16 lower-case letters and digits, ` +
        'a letter first, such as acme.',
    );
  }
  return {
    vendor: name,
    Vendor: name[0].toUpperCase() + name.slice(1),
    VENDOR: name.toUpperCase(),
  };
}

/** Puts a vendor's name where a template has `__vendor__`, `__Vendor__`, `__VENDOR__`. */
function fillIn(text, names) {
  return text
    .replaceAll('__vendor__', names.vendor)
    .replaceAll('__Vendor__', names.Vendor)
    .replaceAll('__VENDOR__', names.VENDOR);
}

module.exports = { vendorNames, fillIn };
