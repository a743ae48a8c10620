/* embedded.h: the library files of the language, as data in the compiler.
**
** embed.c turns every stdlib/LANGUAGE/NAME.bdg into a C array when the compiler is built; `gebruik stdlib.nl.kalender` looks
** here and never on a disk. The table is sorted by name.
*/
#ifndef BEDING_STDLIB_EMBEDDED_H
#define BEDING_STDLIB_EMBEDDED_H

#include "vm/include/beding.h"

typedef struct EmbeddedFile {
    bd_text name; /* as a contract writes it: "stdlib.nl.kalender" */
    bd_text path; /* for messages: "stdlib/nl/kalender.bdg" */
    bd_text text; /* the whole file */
} EmbeddedFile;

extern const EmbeddedFile stdlib_embedded[];
extern const size_t stdlib_embedded_count;

#endif
