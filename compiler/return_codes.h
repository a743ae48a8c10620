/* return_codes.h: the closed lists of return codes of the message standards.
**
** Source: the enumeration LDT_RetourCode in the basisschema of iWmo 3.2 and of iJw 3.2 (Zorginstituut Nederland); the two are equal.
*/
#ifndef BEDING_RETURN_CODES_H
#define BEDING_RETURN_CODES_H

#include "vm/core/text.h"

/* The standard that an agreement is checked against when it names none. */
Text return_codes_default_standard(void);
/* Whether the list of that standard ("iWmo 3.2", "iJw 3.2") is known here. */
bool return_codes_has_standard(Text standard);
/* Whether a code is on it. */
bool return_codes_has(Text code);

#endif
