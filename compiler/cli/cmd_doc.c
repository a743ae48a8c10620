/* cmd_doc.c: `beding doc`: the static site of an agreement.
**
** Job: open each agreement, make its pages in memory, and write them into a folder; of several agreements each gets a folder of its own and
** the site a page that leads to them. Nothing is written before every page was made. Files of an earlier site of the same names are
** replaced; nothing else in the folder is touched.
*/
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/output.h"
#include "compiler/cli/site.h"

typedef struct Made {
    Text path; /* below the folder of the site */
    Text bytes;
} Made;

typedef struct Doc {
    Cli *cli;
    const Arguments *arguments;
    char separator;
    Made *files;
    size_t count, capacity;
    bool is_many;
} Doc;

static void add_file(Doc *doc, Text folder, Text name, Text bytes)
{
    StringBuilder path;
    builder_init(&path, &doc->cli->arena);
    builder_text(&path, folder);
    builder_text(&path, folder.size > 0 ? TEXT("/") : TEXT(""));
    builder_text(&path, name);
    doc->files = arena_grow(&doc->cli->arena, doc->files, doc->count, &doc->capacity, sizeof *doc->files);
    doc->files[doc->count++] = (Made){builder_result(&path), bytes};
}

static void add_style(Doc *doc, Text folder)
{
    add_file(doc, folder, TEXT("page.css"), page_file(TEXT("page.css")));
    add_file(doc, folder, TEXT("page.js"), page_file(TEXT("page.js")));
}

static void add_page(Doc *doc, const Site *site, Text folder, Message name,
                     void (*page)(const Site *site, StringBuilder *out))
{
    StringBuilder out;
    builder_init(&out, &doc->cli->arena);
    page(site, &out);
    add_file(doc, folder, message_pattern(doc->cli, name), builder_result(&out));
}

static void add_pages(Doc *doc, const Site *site, Text folder)
{
    add_page(doc, site, folder, MSG_SITE_FILE_INDEX, site_index_page);
    for (size_t i = 0; i < site->text_count; i++) {
        StringBuilder out;
        builder_init(&out, &doc->cli->arena);
        site_text_page(site, &site->texts[i], &out);
        add_file(doc, folder, site->texts[i].file, builder_result(&out));
    }
    add_page(doc, site, folder, MSG_SITE_FILE_TARIFFS, site_tariff_page);
    add_page(doc, site, folder, MSG_SITE_FILE_QUESTIONS, site_questions_page);
    add_page(doc, site, folder, MSG_SITE_FILE_REGISTER, site_register_page);
    add_page(doc, site, folder, MSG_SITE_FILE_CALENDAR, site_calendar_page);
    add_page(doc, site, folder, MSG_SITE_FILE_SEARCH, site_search_page);
    if (site->due->count > 0) {
        StringBuilder out;
        builder_init(&out, &doc->cli->arena);
        icalendar_append(site->due, &out);
        add_file(doc, folder, message_pattern(doc->cli, MSG_SITE_FILE_ICS), builder_result(&out));
    }
    add_style(doc, folder);
}

/* ---- Writing ---- */

static Text joined(Doc *doc, Text below)
{
    StringBuilder path;
    builder_init(&path, &doc->cli->arena);
    builder_text(&path, text_from_cstring(doc->arguments->values[OPTION_OUT_FOLDER]));
    builder_text(&path, below.size > 0 ? TEXT("/") : TEXT(""));
    builder_text(&path, below);
    return builder_result(&path);
}

/* Makes a folder and those that it is in, as far as they are not there. */
static ExitStatus make_folder(Doc *doc, Text below)
{
    Text path = joined(doc, below);
    for (size_t size = 1; size <= path.size; size++) {
        if (size < path.size && path.data[size] != '/')
            continue;
        Text folder = text_slice(path, 0, size);
        if (mkdir(cli_cstring(doc->cli, folder), 0777) == 0 || errno == EEXIST)
            continue;
        message_error(doc->cli, MSG_SITE_NO_FOLDER, (Holes){.a = folder, .b = text_from_cstring(strerror(errno))});
        return EXIT_FILE;
    }
    return EXIT_GOOD;
}

static ExitStatus write_files(Doc *doc)
{
    ExitStatus status = EXIT_GOOD;
    for (size_t i = 0; i < doc->count && status == EXIT_GOOD; i++)
        status =
            output_write_all(doc->cli, cli_cstring(doc->cli, joined(doc, doc->files[i].path)), doc->files[i].bytes);
    return status;
}

/* ---- One agreement ---- */

static ExitStatus make_site(Doc *doc, const char *path, PageLink *link)
{
    if (load_is_module(path)) {
        message_error(doc->cli, MSG_SITE_NOT_SOURCE, (Holes){.a = text_from_cstring(path)});
        return EXIT_USAGE;
    }
    Site *site = arena_alloc(&doc->cli->arena, sizeof *site);
    Loaded *loaded = arena_alloc(&doc->cli->arena, sizeof *loaded);
    *site = (Site){.cli = doc->cli, .loaded = loaded};
    if (!options_as_of(doc->cli, doc->arguments, &site->has_day, &site->day))
        return EXIT_USAGE;
    ExitStatus status = load_open(loaded, doc->cli, path);
    if (status == EXIT_GOOD)
        status = load_session(loaded, doc->arguments, doc->separator, false, &site->session);
    if (status == EXIT_GOOD) {
        site->core = loaded->compilation.core;
        status = site_prepare(site);
    }
    if (status == EXIT_GOOD) {
        StringBuilder href;
        Text folder = doc->is_many ? arena_text_copy(&doc->cli->arena, site->core->name) : (Text){NULL, 0};
        add_pages(doc, site, folder);
        builder_init(&href, &doc->cli->arena);
        builder_text(&href, folder);
        builder_text(&href, TEXT("/"));
        builder_text(&href, message_pattern(doc->cli, MSG_SITE_FILE_INDEX));
        *link = (PageLink){builder_result(&href), arena_text_copy(&doc->cli->arena, site_name(site)), false};
    }
    bd_session_free(site->session);
    load_close(loaded);
    return status;
}

/* The page that leads to each of several agreements. */
static void add_overview(Doc *doc, const PageLink *links, size_t count)
{
    StringBuilder out;
    builder_init(&out, &doc->cli->arena);
    page_begin(doc->cli, &out,
               &(Page){.title = message_pattern(doc->cli, MSG_SITE_ALL),
                       .name = message_pattern(doc->cli, MSG_SITE_ALL),
                       .lead = message_pattern(doc->cli, MSG_SITE_ALL_LEAD),
                       .is_site = true});
    html_raw(&out, "<ul>\n");
    for (size_t i = 0; i < count; i++) {
        html_raw(&out, "<li><a href=\"");
        html_text(&out, links[i].href);
        html_raw(&out, "\">");
        html_text(&out, links[i].label);
        html_raw(&out, "</a></li>\n");
    }
    html_raw(&out, "</ul>\n");
    page_end(doc->cli, &out, (Text){NULL, 0});
    add_file(doc, (Text){NULL, 0}, message_pattern(doc->cli, MSG_SITE_FILE_INDEX), builder_result(&out));
    add_style(doc, (Text){NULL, 0});
}

static ExitStatus write_site(Doc *doc, const PageLink *links, size_t count)
{
    ExitStatus status = make_folder(doc, (Text){NULL, 0});
    for (size_t i = 0; i < count && doc->is_many && status == EXIT_GOOD; i++) {
        Text folder = text_slice(links[i].href, 0, links[i].href.size - strlen("/index.html"));
        for (size_t j = 0; j < i; j++) {
            if (text_equal(links[j].href, links[i].href)) {
                message_error(doc->cli, MSG_SITE_SAME_NAME, (Holes){.a = folder});
                return EXIT_WANTING;
            }
        }
        status = make_folder(doc, folder);
    }
    return status == EXIT_GOOD ? write_files(doc) : status;
}

ExitStatus cmd_doc(Cli *cli, const Arguments *arguments)
{
    Doc doc = {.cli = cli, .arguments = arguments, .separator = options_separator(cli, arguments)};
    PageLink *links = arena_array(&cli->arena, arguments->free_count, sizeof *links);
    if (doc.separator == 0)
        return EXIT_USAGE;
    doc.is_many = arguments->free_count > 1;
    for (size_t i = 0; i < arguments->free_count; i++) {
        ExitStatus status = make_site(&doc, arguments->free[i], &links[i]);
        if (status != EXIT_GOOD)
            return status;
    }
    if (doc.is_many)
        add_overview(&doc, links, arguments->free_count);
    return write_site(&doc, links, arguments->free_count);
}
