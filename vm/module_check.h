/* module_check.h: every record of a module against every other.
**
** Job: after it, each index in a record outside the code leads to a record, each range lies inside its section, and
** each enumeration has a known value. The code itself is verify.c's.
*/
#ifndef BEDING_MODULE_CHECK_H
#define BEDING_MODULE_CHECK_H

#include "module.h"

/* Returns BD_MODULE with the section, record and reason; error->offset is the record's place in the file. Needs the
** section pointers. */
bd_status module_check_records(const bd_module *module, bd_error *error);

/* The name of a section as in MODULE_SECTIONS. */
Text module_section_name(SectionId section);

#endif
