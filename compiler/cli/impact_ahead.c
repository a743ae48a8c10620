/* impact_ahead.c: a side of `beding impact` in a thread of its own; see impact_ahead.h. */
#include "compiler/cli/impact_ahead.h"

#include <string.h>
#include <unistd.h>

/* Makes a batch, whatever thread this is. */
static void make_batch(Ahead *ahead)
{
    Cli *cli = ahead->side->cli;
    ahead->has_rows = false;
    ahead->status = EXIT_GOOD;
    ahead->lacked_memory = false;
    cli->kept_messages = &ahead->messages;
    jmp_buf landing; /* of whoever has the side when it is not being worked at */
    memcpy(&landing, &cli->landing, sizeof landing);
    if (setjmp(cli->landing) == 0)
        ahead->has_rows = side_next(ahead->side, &ahead->status);
    else
        ahead->lacked_memory = true;
    memcpy(&cli->landing, &landing, sizeof landing);
    cli->kept_messages = NULL;
}

static void *work(void *context)
{
    Ahead *ahead = context;
    (void)pthread_mutex_lock(&ahead->lock);
    while (ahead->state != AHEAD_ENDS) {
        if (ahead->state == AHEAD_RESTS) {
            (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&ahead->lock);
        make_batch(ahead);
        (void)pthread_mutex_lock(&ahead->lock);
        if (ahead->state == AHEAD_WORKS)
            ahead->state = AHEAD_RESTS;
        (void)pthread_cond_broadcast(&ahead->changed);
    }
    (void)pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

void ahead_start(Ahead *ahead, Side *side)
{
    memset(ahead, 0, sizeof *ahead);
    ahead->side = side;
    arena_init(&ahead->arena, NULL);
    ahead->arena.landing = &side->cli->landing;
    builder_init(&ahead->messages, &ahead->arena);
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2 || pthread_mutex_init(&ahead->lock, NULL) != 0)
        return;
    if (pthread_cond_init(&ahead->changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&ahead->lock);
        return;
    }
    ahead->has_thread = pthread_create(&ahead->thread, NULL, work, ahead) == 0;
    if (!ahead->has_thread) {
        (void)pthread_cond_destroy(&ahead->changed);
        (void)pthread_mutex_destroy(&ahead->lock);
    }
}

static void change_state(Ahead *ahead, AheadState state)
{
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->state = state;
    (void)pthread_cond_broadcast(&ahead->changed);
    (void)pthread_mutex_unlock(&ahead->lock);
}

void ahead_ask(Ahead *ahead)
{
    ahead->is_asked = true;
    arena_reset(&ahead->arena);
    builder_init(&ahead->messages, &ahead->arena);
    if (ahead->has_thread)
        change_state(ahead, AHEAD_WORKS);
}

bool ahead_wait(Ahead *ahead, Cli *cli, ExitStatus *status)
{
    if (!ahead->is_asked)
        ahead_ask(ahead);
    ahead->is_asked = false;
    if (ahead->has_thread) {
        (void)pthread_mutex_lock(&ahead->lock);
        while (ahead->state == AHEAD_WORKS)
            (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
        (void)pthread_mutex_unlock(&ahead->lock);
    } else {
        make_batch(ahead);
    }
    if (ahead->lacked_memory)
        longjmp(cli->landing, BD_NOMEM);
    *status = ahead->status;
    return ahead->has_rows;
}

void ahead_close(Ahead *ahead)
{
    if (ahead->has_thread) {
        (void)pthread_mutex_lock(&ahead->lock);
        while (ahead->state == AHEAD_WORKS) /* it is the side's owner until the batch is there */
            (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
        (void)pthread_mutex_unlock(&ahead->lock);
        change_state(ahead, AHEAD_ENDS);
        (void)pthread_join(ahead->thread, NULL);
        (void)pthread_cond_destroy(&ahead->changed);
        (void)pthread_mutex_destroy(&ahead->lock);
    }
    ahead->has_thread = false;
    arena_free(&ahead->arena);
}
