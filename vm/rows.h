/* rows.h: lines that are structs of the host; see beding_data.h. Shared by rows.c and session.c only. */
#ifndef BEDING_ROWS_H
#define BEDING_ROWS_H

#include "session.h"

/* Frees the layout that is bound, if any. */
void rows_free(bd_session *session);

#endif
