/* test_arrow.c - lines as Arrow arrays: every type and layout, refusals, who releases what, and decisions as an array.
 *
 * Five lines stand in the arrays in turn as each of the types that a column takes, with offsets, slices and nulls; the decisions must be the
 * same each time. The arrays are made by hand (arrow_build.h), as the format's text has them.
 */
#include "api/arrow_build.h"
#include "api/contract.h"

enum { ROWS = 5, VARIANTS = 12 };

static const char source[] =
    "taal nl\n"
    "overeenkomst kolommen geldig vanaf 2025-01-01\n"
    "eenheid uur/uren\n"
    "product hulp per uur code \"02A03\"\n"
    "tarief hulp € 60,00\n"
    "invoer spoed : boolean facultatief\n"
    "invoer merk : tekst facultatief\n"
    "lijst afwezigheid per toewijzingnummer (op_dag : datum, minuten : getal facultatief) ten hoogste 5\n"
    "definitie weg : getal = aantal a in afwezigheid met a.op_dag ligt in productperiode\n"
    "definitie lang : getal = aantal a in afwezigheid met a.minuten aanwezig en a.minuten > 90\n"
    "regel te_vaak keur af als weg > 2 code \"9321\"\n"
    "regel te_lang keur af als lang > 0\n"
    "regel merkloos keur af als merk aanwezig en merk = \"42\"\n"
    "regel met_spoed houd aan als spoed aanwezig en spoed\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

static const uint8_t wanted[ROWS] = {BD_APPROVED, BD_SUSPENDED, BD_REJECTED, BD_REJECTED, BD_APPROVED};
static const int64_t cents[ROWS] = {15000, 0, 0, 0, -6000};

typedef struct Desk {
    void *bytes;
    bd_module *module;
    bd_session *session;
    bd_error error;
    uint8_t decision[ROWS], settled[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
    bd_decisions out;
    ArrowFrame frame, list;
    int hours;
} Desk;

static void open_desk(Desk *d)
{
    CompileOptions options = {.last = STAGE_MODULE};
    Compilation compilation;
    bd_status status = compile_text(&compilation, T("x.bdg"), (bd_text){source, sizeof source - 1}, &options);
    if (CHECK(status == BD_OK && compilation.module, "the agreement does not compile")) {
        d->bytes = malloc(compilation.module_size);
        memcpy(d->bytes, compilation.module, compilation.module_size);
        CHECK(bd_module_load(d->bytes, compilation.module_size, NULL, &d->module, &d->error) == BD_OK &&
                  bd_session_new(d->module, NULL, &d->session, &d->error) == BD_OK &&
                  bd_session_prepare(d->session, &d->error) == BD_OK,
              "%s", d->error.message);
        d->hours = (int)bd_choice_find(d->module, 1, T("uur"));
    }
    compile_free(&compilation);
    d->out = (bd_decisions){d->decision, d->cents, d->reasons, d->fault, d->settled, NULL};
}

/* ---- The five lines, each column in one of its types ---- */

static void add_product(ArrowFrame *f, int variant, int64_t offset)
{
    static const char *const names[ROWS] = {"hulp", "02A03", "hulp", "hulp", "hulp"}, *const values[] = {"x", "02A03",
                                                                                                         "hulp"};
    static const int8_t indexes[ROWS] = {2, 1, 2, 2, 1};
    static const int16_t members[ROWS] = {0};
    static const char *const formats[] = {"u", "U"};
    if (variant % 4 < 2)
        arrow_texts(f, "product", formats[variant % 4], names, NULL, offset, ROWS);
    else if (variant % 4 == 2)
        arrow_dictionary(f, "product", indexes, values, 3, NULL, offset, ROWS);
    else
        arrow_values(f, "product", "s", members, 2, "11111", offset, ROWS);
}

static void add_unit(const Desk *d, ArrowFrame *f, int64_t offset)
{
    int32_t members[ROWS];
    for (int i = 0; i < ROWS; i++)
        members[i] = d->hours;
    arrow_values(f, "eenheid", "i", members, 4, NULL, offset, ROWS);
}

static void add_date(ArrowFrame *f, const char *name, int32_t day, int variant, int64_t offset)
{
    int32_t days[ROWS];
    int64_t millis[ROWS], wide[ROWS];
    const char *texts[ROWS];
    for (int i = 0; i < ROWS; i++) {
        days[i] = day;
        wide[i] = day;
        millis[i] = (int64_t)day * 86400000;
        texts[i] = day == 20150 ? "2025-03-03" : day == 20177 ? "2025-03-30" : "2025-04-22";
    }
    switch (variant % 5) {
    case 0: arrow_values(f, name, "tdD", days, 4, NULL, offset, ROWS); break;
    case 1: arrow_values(f, name, "tdm", millis, 8, "11111", offset, ROWS); break;
    case 2: arrow_values(f, name, "l", wide, 8, NULL, offset, ROWS); break;
    case 3: arrow_values(f, name, "I", days, 4, NULL, offset, ROWS); break;
    default: arrow_texts(f, name, "u", texts, "11111", offset, ROWS); break;
    }
}

/* 2.5, 1, 2, 3 and -1 hours. */
static void add_volume(ArrowFrame *f, int variant, int64_t offset)
{
    static const char *const texts[ROWS] = {"2.5", "1", "2", "3.00", "-1"};
    static const int64_t tenths[ROWS] = {25, 10, 20, 30, -10};
    int64_t d128[ROWS][2], d256[ROWS][4], d64[ROWS];
    int32_t d32[ROWS];
    for (int i = 0; i < ROWS; i++) {
        int64_t sign = tenths[i] < 0 ? -1 : 0;
        d64[i] = tenths[i] * 100;
        d32[i] = (int32_t)tenths[i] * 10;
        d128[i][0] = tenths[i] * 10, d128[i][1] = sign;
        d256[i][0] = tenths[i], d256[i][1] = d256[i][2] = d256[i][3] = sign;
    }
    switch (variant % 6) {
    case 0: arrow_values(f, "volume", "d:19,2", d128, 16, NULL, offset, ROWS); break;
    case 1: arrow_values(f, "volume", "d:40,1,256", d256, 32, NULL, offset, ROWS); break;
    case 2: arrow_values(f, "volume", "d:18,3,64", d64, 8, "11111", offset, ROWS); break;
    case 3: arrow_values(f, "volume", "d:9,2,32", d32, 4, NULL, offset, ROWS); break;
    case 4: arrow_texts(f, "volume", "U", texts, "11111", offset, ROWS); break;
    default: arrow_texts(f, "volume", "u", texts, NULL, offset, ROWS); break;
    }
}

/* Line 1 is urgent; of lines 2 and 4 nobody knows. */
static void add_urgent(ArrowFrame *f, int variant, int64_t offset)
{
    static const char *const texts[ROWS] = {"nee", "ja", "", "nee", ""}, *const values[] = {"nee", "ja", ""};
    static const int8_t indexes[ROWS] = {0, 1, 2, 0, 99};
    if (variant % 3 == 0)
        arrow_add(f, "spoed", "b", "11010", offset, ROWS, arrow_bits(f, "01000", offset), NULL);
    else if (variant % 3 == 1)
        arrow_texts(f, "spoed", "u", texts, NULL, offset, ROWS);
    else
        arrow_dictionary(f, "spoed", indexes, values, 3, "11110", offset, ROWS);
}

/* Line 3 has the mark 42. */
static void add_mark(ArrowFrame *f, int variant, int64_t offset)
{
    static const char *const texts[ROWS] = {"41", NULL, "", "42", "4"};
    static const int32_t numbers[ROWS] = {41, 0, 0, 42, 4};
    static const uint64_t huge[ROWS] = {41, UINT64_MAX, 0, 42, 4};
    if (variant % 4 == 0)
        arrow_texts(f, "merk", "u", texts, "10111", offset, ROWS);
    else if (variant % 4 == 1)
        arrow_values(f, "merk", "i", numbers, 4, "10011", offset, ROWS);
    else if (variant % 4 == 2)
        arrow_values(f, "merk", "L", huge, 8, NULL, offset, ROWS);
    else { /* views: twelve bytes or fewer stand in the view itself */
        char views[ROWS][16];
        memset(views, 0, sizeof views);
        for (int i = 0; i < ROWS; i++) {
            int32_t size = texts[i] ? (int32_t)strlen(texts[i]) : 0;
            memcpy(views[i], &size, 4);
            memcpy(views[i] + 4, texts[i] ? texts[i] : "", (size_t)size);
        }
        int at = arrow_values(f, "merk", "vu", views, 16, NULL, offset, ROWS);
        f->columns[at].buffers[2] = arrow_keep(f, NULL, 8);
        f->columns[at].n_buffers = 3;
    }
}

/* Line 2 was away on three days; line 0 once, for 90 minutes. */
static void add_list(Desk *d, ArrowFrame *f, int variant, int64_t offset)
{
    static const int32_t days[] = {20150, 20150, 20151, 20152};
    static const int64_t minutes[] = {90, 0, 0, 0};
    static const int32_t ends[] = {0, 1, 1, 4, 4, 4};
    ArrowFrame *records = &d->list;
    arrow_start(records, 4);
    arrow_values(records, "op_dag", "tdD", days, 4, NULL, 2, 4);
    arrow_values(records, "minuten", "l", minutes, 8, variant % 2 ? "1000" : NULL, 1, 4);
    records->schema.name = "item";
    int32_t *small = arrow_keep(f, NULL, 128 * sizeof *small);
    int64_t *large = arrow_keep(f, NULL, 128 * sizeof *large);
    for (int i = 0; i <= ROWS; i++) {
        small[i + offset] = ends[i];
        large[i + offset] = ends[i];
    }
    bool is_large = variant % 2 != 0;
    int at = arrow_add(f, "afwezigheid", is_large ? "+L" : "+l", "11110", offset, ROWS,
                       is_large ? (void *)large : (void *)small, NULL);
    static struct ArrowSchema *schema_children[1];
    static struct ArrowArray *array_children[1];
    schema_children[0] = &records->schema;
    array_children[0] = &records->array;
    f->fields[at].n_children = f->columns[at].n_children = 1;
    f->fields[at].children = schema_children;
    f->columns[at].children = array_children;
}

static void build(Desk *d, int variant)
{
    ArrowFrame *f = &d->frame;
    int64_t offset = variant % 3 == 0 ? 0 : variant + 5;
    arrow_start(f, ROWS);
    arrow_texts(f, "iets_anders", "u", (const char *const[]){"a", "b", "c", "d", "e"}, NULL, 0, ROWS);
    add_product(f, variant, offset);
    add_unit(d, f, offset);
    add_date(f, "begindatum", 20150, variant, offset);
    add_date(f, "einddatum", 20177, variant + 1, 0);
    add_date(f, "dagtekening", 20200, variant + 2, offset);
    add_volume(f, variant, offset);
    add_urgent(f, variant, offset);
    add_mark(f, variant, offset);
    add_list(d, f, variant, offset);
}

static void end(Desk *d)
{
    arrow_end(&d->frame);
    arrow_end(&d->list);
}

static int column(const ArrowFrame *f, const char *name)
{
    for (int i = 0; i < f->count; i++) {
        if (strcmp(f->fields[i].name, name) == 0)
            return i;
    }
    return 0;
}

static bd_status decide(Desk *d)
{
    memset(d->decision, 0xEE, sizeof d->decision);
    memset(&d->error, 0, sizeof d->error);
    return bd_session_decide_arrow(d->session, &d->frame.array, &d->out, &d->error);
}

static bool bind(Desk *d)
{
    return CHECK(bd_session_bind_arrow(d->session, &d->frame.schema, &d->error) == BD_OK, "%s", d->error.message);
}

static void test_types(Desk *d)
{
    check_group("every type of every column");
    for (int variant = 0; variant < VARIANTS * 5; variant++) {
        build(d, variant);
        if (bind(d) && CHECK(decide(d) == BD_OK, "variant %d: %s", variant, d->error.message)) {
            for (int row = 0; row < ROWS; row++)
                CHECK(d->decision[row] == wanted[row] && d->cents[row] == cents[row], "variant %d row %d: %d %lld",
                      variant, row, d->decision[row], (long long)d->cents[row]);
            CHECK(d->frame.array_releases == 1 && !d->frame.array.release, "the array is released once");
        }
        CHECK(d->frame.schema_releases == 0 && d->frame.schema.release, "the schema stays the caller's");
        end(d);
    }
}

static void test_slices(Desk *d)
{
    check_group("slices and nulls of the struct");
    build(d, 0);
    bind(d);
    d->frame.array.offset = 3;
    d->frame.array.length = 2;
    CHECK(decide(d) == BD_OK && d->decision[0] == BD_REJECTED && d->cents[1] == -6000 && d->decision[2] == 0xEE,
          "the last two: %s", d->error.message);
    end(d);
    build(d, 0);
    static const uint8_t all_but_two[] = {0x1B};
    d->frame.no_buffers[0] = all_but_two;
    d->frame.array.null_count = 1;
    CHECK(decide(d) == BD_MISSING && d->error.offset == 2 && d->frame.array.release, "a null line: %s",
          d->error.message);
    d->frame.array.length = 0;
    CHECK(decide(d) == BD_OK && !d->frame.array.release, "no lines: %s", d->error.message);
    end(d);
}

/* A number that no column holds: in 256 bits, with zeros before the point, and just one digit too many. */
static void test_large_numbers(Desk *d)
{
    static const struct {
        const char *format;
        int64_t limbs[4];
        size_t size;
        uint8_t decision;
        int64_t cents;
    } cases[] = {
        {"d:76,0,256", {1, 1, 1, 1}, 32, BD_FAULTED, 0},
        {"d:76,70,256", {-1, -1, -1, -1}, 32, BD_APPROVED, 0},
        {"d:38,20", {INT64_C(-8254417031933722624), 13, 0, 0}, 16, BD_APPROVED, 15000}, /* 2.5 */
        {"d:38,-1", {4, 0, 0, 0}, 16, BD_APPROVED, 240000},
        {"d:38,0", {0, 0, 0, 0}, 16, BD_APPROVED, 0},
        {"d:38,5", {250001, 0, 0, 0}, 16, BD_APPROVED, 15000},
    };
    check_group("numbers that no column holds");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        build(d, 0);
        int at = column(&d->frame, "volume");
        char *values = arrow_keep(&d->frame, NULL, ROWS * cases[i].size);
        for (int row = 0; row < ROWS; row++)
            memcpy(values + (size_t)row * cases[i].size, cases[i].limbs, cases[i].size);
        d->frame.fields[at].format = cases[i].format;
        d->frame.columns[at].buffers[1] = values;
        if (bind(d) && CHECK(decide(d) == BD_OK, "case %zu: %s", i, d->error.message))
            CHECK(d->decision[0] == cases[i].decision && d->cents[0] == cases[i].cents, "case %zu: %d %lld", i,
                  d->decision[0], (long long)d->cents[0]);
        end(d);
    }
}

static void refuse_schema(Desk *d, const char *name, const char *format, bd_status status, const char *message)
{
    build(d, 0);
    int at = column(&d->frame, name);
    d->frame.fields[at].format = format;
    memset(&d->error, 0, sizeof d->error);
    bd_status got = bd_session_bind_arrow(d->session, &d->frame.schema, &d->error);
    CHECK(got == status && strstr(d->error.message, message), "%s as %s: %s (%s)", name, format, bd_status_text(got),
          d->error.message);
    end(d);
}

static void test_schemas(Desk *d)
{
    static const char *const formats[] = {"",       "d",    "d:",  "d:3",  "d:3,", "d:3,x", "d:3,1,", "d:3,1,16",
                                          "d:3,77", "w:12", "tts", "+w:3", "z",    "vz",    "ee",     "tiM"};
    check_group("schemas that are refused");
    refuse_schema(d, "volume", "g", BD_ARGUMENT, "floating point");
    refuse_schema(d, "volume", "tdD", BD_ARGUMENT, "field volume of Arrow format tdD");
    refuse_schema(d, "begindatum", "d:9,2", BD_ARGUMENT, "nothing that its column takes");
    refuse_schema(d, "begindatum", "b", BD_ARGUMENT, "nothing that its column takes");
    refuse_schema(d, "afwezigheid", "+s", BD_ARGUMENT, "no list of structs");
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        refuse_schema(d, "volume", formats[i], BD_ARGUMENT, "nothing that its column takes");
    build(d, 0);
    d->frame.fields[column(&d->frame, "volume")].name = "volumen";
    CHECK(bd_session_bind_arrow(d->session, &d->frame.schema, &d->error) == BD_MISSING, "%s", d->error.message);
    d->frame.fields[column(&d->frame, "volumen")].name = "product";
    CHECK(bd_session_bind_arrow(d->session, &d->frame.schema, &d->error) == BD_ARGUMENT, "%s", d->error.message);
    CHECK(strstr(d->error.message, "there twice"), "%s", d->error.message);
    end(d);
    build(d, 0);
    d->list.fields[0].name = "dag";
    CHECK(bd_session_bind_arrow(d->session, &d->frame.schema, &d->error) == BD_MISSING, "%s", d->error.message);
    d->frame.schema.format = "i";
    CHECK(bd_session_bind_arrow(d->session, &d->frame.schema, &d->error) == BD_ARGUMENT, "%s", d->error.message);
    CHECK(bd_session_bind_arrow(d->session, NULL, &d->error) == BD_ARGUMENT, "no schema");
    CHECK(bd_session_bind_arrow(NULL, &d->frame.schema, &d->error) == BD_ARGUMENT, "no session");
    end(d);
    build(d, 0);
    CHECK(decide(d) == BD_OK && d->decision[1] == BD_SUSPENDED, "the schema before still holds: %s", d->error.message);
    end(d);
}

/* Values that are refused: the row is told, what comes before it stands, and the array stays the caller's. */
static void refuse_value(Desk *d, int row, bd_status status, const char *message)
{
    bd_status got = decide(d);
    CHECK(got == status && d->error.offset == (uint32_t)row && strstr(d->error.message, message), "%s: %s (%s)",
          message, bd_status_text(got), d->error.message);
    CHECK(d->frame.array.release && d->frame.array_releases == 0, "%s: the array stays the caller's", message);
    for (int i = 0; i < ROWS; i++)
        CHECK(d->decision[i] == (i < row ? wanted[i] : 0xEE), "%s: row %d is %d", message, i, d->decision[i]);
    end(d);
}

static void test_values(Desk *d)
{
    check_group("values that are refused");
    build(d, 0);
    bind(d);
    ((int32_t *)(uintptr_t)d->frame.columns[column(&d->frame, "begindatum")].buffers[1])[3] = INT32_MAX;
    refuse_value(d, 3, BD_RANGE, "row 3, column begindatum: `2147483647` lies outside the calendar");
    build(d, 0);
    ((int32_t *)(uintptr_t)d->frame.columns[column(&d->frame, "eenheid")].buffers[1])[2] = -1;
    refuse_value(d, 2, BD_NAME, "row 2, column eenheid: `-1` is no member");
    build(d, 0);
    ((char *)(uintptr_t)d->frame.columns[column(&d->frame, "product")].buffers[2])[0] = 'H';
    refuse_value(d, 0, BD_NAME, "`Hulp`");
    build(d, 0);
    ((int32_t *)(uintptr_t)d->frame.columns[column(&d->frame, "product")].buffers[1])[2] = 2;
    refuse_value(d, 1, BD_ARGUMENT, "contradicts itself");
    build(d, 0);
    ((int32_t *)(uintptr_t)d->frame.columns[column(&d->frame, "afwezigheid")].buffers[1])[3] = 99;
    refuse_value(d, 2, BD_ARGUMENT, "contradicts itself");
    build(d, 0);
    ((int32_t *)(uintptr_t)d->list.columns[0].buffers[1])[2 + 3] = INT32_MIN;
    refuse_value(d, 2, BD_RANGE, "column op_dag");
    build(d, 2);
    bind(d);
    ((int8_t *)(uintptr_t)d->frame.columns[column(&d->frame, "product")].buffers[1])[7 + 1] = 3;
    refuse_value(d, 1, BD_ARGUMENT, "contradicts itself");
    build(d, 2);
    ((int8_t *)(uintptr_t)d->frame.columns[column(&d->frame, "product")].buffers[1])[7 + 4] = 0;
    refuse_value(d, 4, BD_NAME, "`x` is no member");
}

static void refuse_shape(Desk *d, const char *mistake)
{
    CHECK(decide(d) == BD_ARGUMENT && d->frame.array_releases == 0, "%s: %s", mistake, d->error.message);
    end(d);
    build(d, 0);
}

static void test_shapes(Desk *d)
{
    check_group("arrays that are not of the schema");
    build(d, 0);
    bind(d);
    d->frame.array.n_children--;
    refuse_shape(d, "a child too few");
    d->frame.columns[2].length--;
    refuse_shape(d, "a child too short");
    d->frame.columns[2].offset = -1;
    refuse_shape(d, "an offset below 0");
    d->frame.columns[2].buffers[1] = NULL;
    refuse_shape(d, "no values");
    d->frame.columns[2].n_buffers = 1;
    refuse_shape(d, "too few buffers");
    d->frame.columns[2].release = NULL;
    refuse_shape(d, "a child that was released");
    d->frame.array.length = -1;
    refuse_shape(d, "a length below 0");
    d->frame.array.length = INT64_MAX;
    refuse_shape(d, "a length beyond measure");
    d->frame.columns[column(&d->frame, "afwezigheid")].children[0]->length = 3;
    refuse_shape(d, "too few records");
    d->frame.columns[column(&d->frame, "afwezigheid")].children[0]->n_children = 1;
    refuse_shape(d, "records of another kind");
    d->out.fault = NULL;
    refuse_shape(d, "no room for faults");
    d->out.fault = d->fault;
    CHECK(bd_session_decide_arrow(NULL, &d->frame.array, &d->out, &d->error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_decide_arrow(d->session, NULL, &d->out, &d->error) == BD_ARGUMENT, "no array");
    d->frame.array.release = NULL;
    CHECK(decide(d) == BD_ARGUMENT, "an array that was released");
    end(d);
}

/* ---- Decisions as an array ---- */

static bool is_text_at(const struct ArrowArray *array, int64_t at, const char *text)
{
    const int32_t *offsets = array->buffers[1];
    size_t size = (size_t)(offsets[at + 1] - offsets[at]);
    return size == strlen(text) && memcmp((const char *)array->buffers[2] + offsets[at], text, size) == 0;
}

static void check_export(const struct ArrowArray *array)
{
    static const int8_t decisions[ROWS] = {BD_APPROVED, BD_SUSPENDED, BD_REJECTED, BD_REJECTED, BD_APPROVED};
    static const int32_t ends[] = {0, 0, 1, 2, 3, 3};
    struct ArrowArray *const *c = array->children;
    CHECK(array->n_children == 5 && array->length == ROWS, "%lld columns", (long long)array->n_children);
    CHECK(memcmp(c[0]->buffers[1], decisions, sizeof decisions) == 0, "the decisions");
    CHECK(is_text_at(c[0]->dictionary, BD_APPROVED, "goedgekeurd") &&
              is_text_at(c[0]->dictionary, BD_FAULTED, "vastgelopen"),
          "the words");
    const int64_t *amounts = c[1]->buffers[1];
    for (int i = 0; i < ROWS; i++)
        CHECK(amounts[2 * i] == cents[i] && amounts[2 * i + 1] == (cents[i] < 0 ? -1 : 0), "row %d", i);
    for (int list = 2; list <= 3; list++)
        CHECK(memcmp(c[list]->buffers[1], ends, sizeof ends) == 0, "the ends of list %d", list);
    CHECK(is_text_at(c[2]->children[0], 0, "met_spoed") && is_text_at(c[2]->children[0], 1, "9321"), "the reasons");
    CHECK(is_text_at(c[3]->children[0], 1, "te_vaak") && is_text_at(c[3]->children[0], 2, "merkloos"), "the rules");
    CHECK(c[4]->null_count == ROWS && *(const uint8_t *)c[4]->buffers[0] == 0, "no faults");
}

static void test_export(Desk *d)
{
    struct ArrowSchema schema = {.format = NULL};
    struct ArrowArray array = {.length = 0}, moved;
    check_group("decisions as an array");
    build(d, 0);
    bind(d);
    CHECK(decide(d) == BD_OK, "%s", d->error.message);
    CHECK(bd_session_export(d->session, ROWS, &d->out, &schema, &array, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(strcmp(schema.format, "+s") == 0 && schema.n_children == 5 &&
              strcmp(schema.children[1]->format, "d:18,2") == 0 && strcmp(schema.children[4]->name, "fout") == 0,
          "the schema");
    check_export(&array);
    moved = *array.children[3]; /* a consumer may take a child away, and keep it longer */
    array.children[3]->release = NULL;
    array.release(&array);
    schema.release(&schema);
    CHECK(!array.release && !schema.release, "released");
    CHECK(is_text_at(moved.children[0], 1, "te_vaak"), "what was moved lives on");
    moved.release(&moved);
    d->decision[2] = BD_FAULTED, d->fault[2] = 0, d->settled[4] = BD_SETTLED_DOUBLE;
    CHECK(bd_session_export(d->session, ROWS, &d->out, NULL, &array, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(array.children[4]->null_count == ROWS - 1 && is_text_at(array.children[4], 2, "getalgrens"), "a fault");
    CHECK(is_text_at(array.children[2]->children[0], 3, "dubbel"), "what settled the line");
    array.release(&array);
    CHECK(bd_session_export(d->session, 0, &d->out, NULL, &array, &d->error) == BD_OK && array.length == 0, "no rows");
    array.release(&array);
    d->decision[1] = 9;
    CHECK(bd_session_export(d->session, ROWS, &d->out, NULL, &array, &d->error) == BD_ARGUMENT && d->error.offset == 1,
          "no decision: %s", d->error.message);
    CHECK(bd_session_export(NULL, ROWS, &d->out, NULL, &array, &d->error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_export(d->session, ROWS, NULL, NULL, &array, &d->error) == BD_ARGUMENT, "no decisions");
    CHECK(bd_session_export(d->session, ROWS, &d->out, NULL, NULL, &d->error) == BD_ARGUMENT, "no place");
    end(d);
}

int main(void)
{
    static Desk d;
    open_desk(&d);
    if (d.session) {
        build(&d, 0);
        CHECK(decide(&d) == BD_STATE, "nothing is bound: %s", d.error.message);
        end(&d);
        test_types(&d);
        test_slices(&d);
        test_large_numbers(&d);
        test_schemas(&d);
        test_values(&d);
        test_shapes(&d);
        test_export(&d);
    }
    bd_session_free(d.session);
    bd_module_free(d.module);
    free(d.bytes);
    return check_done();
}
