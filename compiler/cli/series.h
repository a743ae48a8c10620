/* series.h: figures of series from files: reeks, maand, waarde, and optionally status, gepubliceerd. */
#ifndef BEDING_CLI_SERIES_H
#define BEDING_CLI_SERIES_H

#include "beding.h"
#include "compiler/cli/options.h"

/* Gives the session the figures of every --series file: of several for one month the one published last, but not after the date. Refused
** are figures that contradict each other and a series with a gap, naming file and line. EXIT_GOOD, or what to end with after reporting.
** other: NULL, or a version beside this one, whose series the files may hold too. */
ExitStatus series_load(Cli *cli, const bd_module *module, const bd_module *other, bd_session *session,
                       const Arguments *arguments, char separator, bool has_as_of, int32_t as_of);

/* Warns of every series and tariff of which the last figure was taken for a later one in any of the sessions. */
void series_warn(Cli *cli, const bd_module *module, const bd_session *const *sessions, size_t count);

#endif
