/* memory.h: where the command's large memory comes from: in large pages, if the system has them.
**
** Compiling an agreement, and counting for hundreds of thousands of clients, fills tens of megabytes once. In pages of 4 KiB that is
** thousands of interruptions in which the system gives a page, and look-ups that miss the processor's list of pages.
*/
#ifndef BEDING_CLI_MEMORY_H
#define BEDING_CLI_MEMORY_H

#include "vm/include/beding.h"

/* The size of a large page, and the least that is asked for in large pages: 2 MiB, as large as an arena's blocks become. */
#define MEMORY_LARGE ((size_t)2 << 20)

/* The command's allocator, for arenas, compilations and sessions of any thread: the C library's, but blocks of MEMORY_LARGE and more
** begin where a large page begins, and the system is asked for large pages, which it may refuse. Static. */
const bd_allocator *memory_allocator(void);

#endif
