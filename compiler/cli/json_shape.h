/* json_shape.h: what rows of JSON Lines are expected to look like.
**
** Job: the members that rows had, in their order, and what stands before each value, byte for byte. Learnt from rows that need not have
** all members: a row that has more widens the shape, one in another order moves its members, one with other white space replaces it.
** Invariant: no name occurs twice, so a row whose members are found one after the other has none twice.
*/
#ifndef BEDING_CLI_JSON_SHAPE_H
#define BEDING_CLI_JSON_SHAPE_H

#include "compiler/cli/json_scan.h"
#include "vm/core/arena.h"
#include "vm/core/text.h"

/* A row with more has no shape. */
enum { JSON_SHAPE_MEMBERS = 256, JSON_SHAPE_BYTES = 16 * 1024 };

typedef struct JsonName {
    Text text;
    uint64_t row; /* the last row learnt from that has it */
} JsonName;

typedef struct JsonShape {
    JsonMember *members;
    JsonName *names; /* of the members */
    size_t count;
    uint64_t row; /* rows learnt from */
    char *text;   /* what members and names point into */
    size_t text_size;
} JsonShape;

/* Makes a shape of no members, in `arena`. */
void json_shape_init(JsonShape *shape, Arena *arena);

/* Learns from a line, behind which a byte can be read; `scratch` is for reading it. What is no object, or has more than fits, leaves the shape empty. */
void json_shape_learn(JsonShape *shape, Text line, Arena *scratch);

#endif
