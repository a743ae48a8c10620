/* account.c: the host's allocator within a limit. */
#include "account.h"

#include <stdlib.h>

#include "status.h"

static void *host_reallocate(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

bd_allocator host_allocator(const bd_options *options)
{
    if (options && options->allocator)
        return *options->allocator;
    return (bd_allocator){host_reallocate, NULL};
}

static void *account_reallocate(void *context, void *old, size_t old_size, size_t new_size)
{
    Account *account = context;
    size_t kept = account->used - (old ? old_size : 0);
    if (new_size > account->limit || kept > account->limit - new_size) {
        account->is_exhausted = true;
        return NULL;
    }
    void *memory = account->host.reallocate(account->host.context, old, old ? old_size : 0, new_size);
    if (memory || new_size == 0)
        account->used = kept + new_size;
    return memory;
}

bd_allocator account_allocator(Account *account)
{
    return (bd_allocator){account_reallocate, account};
}

bd_status account_report(const Account *account, bd_error *error)
{
    return account->is_exhausted ? status_report_limit(account->limit, " bytes of memory", error)
                                 : status_report(BD_NOMEM, 0, NULL, error);
}
