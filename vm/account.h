/* account.h: an allocator that keeps to a limit, for what may hold many arenas but only so much memory in all. */
#ifndef BEDING_ACCOUNT_H
#define BEDING_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "beding.h"

typedef struct Account {
    bd_allocator host;
    size_t used, limit; /* bytes */
    bool is_exhausted;  /* the limit, not the host, refused the last allocation */
} Account;

/* An allocator that draws on the account, which must stay where it is. */
bd_allocator account_allocator(Account *account);

/* Why the last allocation failed: BD_LIMIT with the limit, or BD_NOMEM. */
bd_status account_report(const Account *account, bd_error *error);

/* The allocator of the options, or the C library's. */
bd_allocator host_allocator(const bd_options *options);

#endif
