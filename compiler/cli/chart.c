/* chart.c: the charts of page.h, as SVG with whole coordinates.
**
** Job: bars in a table, so that the figures are text and the bars only show them; and lines that step at the day a value changes. What a
** chart shows always stands beside it in words or in a table; a reader of the screen hears its caption.
*/
#include "compiler/cli/page.h"
#include "vm/core/date.h"

enum { BAR_UNITS = 1000, BAR_HEIGHT = 14 };

static void append_attribute(StringBuilder *out, const char *name, int64_t value)
{
    builder_char(out, ' ');
    html_raw(out, name);
    html_raw(out, "=\"");
    builder_int64(out, value);
    builder_char(out, '"');
}

/* ---- Bars ---- */

typedef struct Scale {
    int64_t low, high; /* low <= 0 <= high */
} Scale;

/* A place on the scale, of `units`. All is halved until the product fits, for amounts as large as an int64. */
static int64_t place_on(Scale scale, int64_t value, int64_t units)
{
    while (scale.high / 2 - scale.low / 2 > INT64_MAX / units / 4) {
        scale.low /= 2;
        scale.high /= 2;
        value /= 2;
    }
    int64_t range = scale.high - scale.low;
    return range == 0 ? 0 : (value - scale.low) * units / range;
}

static void append_bar(StringBuilder *out, Scale scale, int64_t value)
{
    int64_t zero = place_on(scale, 0, BAR_UNITS), end = place_on(scale, value, BAR_UNITS);
    int64_t from = end < zero ? end : zero, width = end < zero ? zero - end : end - zero;
    html_raw(out,
             "<svg viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">");
    if (value != 0) {
        html_raw(out, "<rect class=\"bar-plain\"");
        append_attribute(out, "x", from);
        append_attribute(out, "y", 1);
        append_attribute(out, "width", width > 0 ? width : 1);
        append_attribute(out, "height", BAR_HEIGHT - 2);
        html_raw(out, "/>");
    }
    html_raw(out, "<line class=\"bar-zero\"");
    append_attribute(out, "x1", zero);
    append_attribute(out, "x2", zero);
    append_attribute(out, "y1", 0);
    append_attribute(out, "y2", BAR_HEIGHT);
    html_raw(out, "/></svg>");
}

void chart_bars(StringBuilder *out, Text caption, Text label_heading, Text value_heading, const ChartBar *bars,
                size_t count)
{
    Scale scale = {0, 0};
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        scale.low = bars[i].value < scale.low ? bars[i].value : scale.low;
        scale.high = bars[i].value > scale.high ? bars[i].value : scale.high;
    }
    html_open_scroll(out, caption);
    html_raw(out, "<table class=\"full\">\n");
    html_element(out, "caption", caption);
    html_raw(out, "\n<thead><tr>");
    html_element(out, "th scope=\"col\"", label_heading);
    html_element(out, "th scope=\"col\" class=\"num\"", value_heading);
    html_raw(out, "<td class=\"bar\"></td></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++) {
        html_raw(out, "<tr>");
        html_element(out, "th scope=\"row\"", bars[i].label);
        html_element(out, "td class=\"num\"", bars[i].shown);
        html_raw(out, "<td class=\"bar\">");
        append_bar(out, scale, bars[i].value);
        html_raw(out, "</td></tr>\n");
    }
    html_raw(out, "</tbody>\n</table>\n");
    html_close_scroll(out);
}

/* ---- Lines over time ---- */

enum { WIDTH = 720, HEIGHT = 300, LEFT = 84, RIGHT = 12, TOP = 14, BOTTOM = 34, TICKS = 5, YEAR_LABEL_WIDTH = 44 };

typedef struct Frame {
    int32_t from, to;  /* days */
    int64_t low, high; /* cents; low < high */
    int64_t step;      /* from one grid line to the next */
} Frame;

static int64_t x_of(const Frame *frame, int32_t day)
{
    int64_t days = (int64_t)frame->to - frame->from;
    return LEFT + ((int64_t)day - frame->from) * (WIDTH - LEFT - RIGHT) / (days > 0 ? days : 1);
}

static int64_t y_of(const Frame *frame, int64_t value)
{
    return HEIGHT - BOTTOM - (value - frame->low) * (HEIGHT - TOP - BOTTOM) / (frame->high - frame->low);
}

static void widen(Frame *frame, int32_t day)
{
    if (day == BD_DATE_MIN || day == BD_DATE_MAX)
        return;
    frame->from = day < frame->from ? day : frame->from;
    frame->to = day > frame->to ? day : frame->to;
}

/* The days from the first to the last that is known; an open end adds a year, so that it can be seen to go on. */
static bool find_days(Frame *frame, const ChartLine *lines, size_t count, int32_t marked)
{
    bool any = false, opens_before = false, opens_after = false;
    frame->from = BD_DATE_MAX;
    frame->to = BD_DATE_MIN;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < lines[i].count; j++) {
            const ChartStretch *stretch = &lines[i].stretches[j];
            any = true;
            widen(frame, stretch->from);
            widen(frame, stretch->to);
            opens_before = opens_before || stretch->from == BD_DATE_MIN;
            opens_after = opens_after || stretch->to == BD_DATE_MAX;
        }
    }
    if (any)
        widen(frame, marked);
    if (frame->from > frame->to)
        return false; /* nothing, or one value for all time: no chart says more than the words */
    if (opens_before && frame->from > BD_DATE_MIN + 365)
        frame->from -= 365;
    if (opens_after && frame->to < BD_DATE_MAX - 365)
        frame->to += 365;
    return frame->to > frame->from;
}

/* 1, 2 or 5 times a power of ten: the least that makes at most TICKS steps. */
static int64_t nice_step(int64_t range)
{
    int64_t power = 1;
    for (;;) {
        for (int64_t times = 1; times <= 5; times += times == 1 ? 1 : 3) {
            if (power * times * TICKS >= range)
                return power * times;
        }
        power *= 10;
    }
}

static int64_t floor_to(int64_t value, int64_t step)
{
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

static bool find_values(Frame *frame, const ChartLine *lines, size_t count)
{
    static const int64_t LARGEST = INT64_C(1000000000000000);
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < lines[i].count; j++) {
            int64_t value = lines[i].stretches[j].value;
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
    }
    if (low > high || low < -LARGEST || high > LARGEST)
        return false;
    int64_t room = high > low ? 0 : (high > 0 ? high : -high) / 20 + 1; /* a flat line lies in the middle */
    frame->step = nice_step(high - low + 2 * room);
    frame->low = floor_to(low - room, frame->step);
    frame->high = floor_to(high + room + frame->step - 1, frame->step);
    if (frame->high == frame->low)
        frame->high += frame->step;
    return true;
}

static void append_line(StringBuilder *out, const char *style, int64_t x1, int64_t y1, int64_t x2, int64_t y2)
{
    html_raw(out, "<line class=\"");
    html_raw(out, style);
    builder_char(out, '"');
    append_attribute(out, "x1", x1);
    append_attribute(out, "y1", y1);
    append_attribute(out, "x2", x2);
    append_attribute(out, "y2", y2);
    html_raw(out, "/>\n");
}

static void append_label(StringBuilder *out, const char *style, int64_t x, int64_t y, Text text)
{
    html_raw(out, "<text class=\"");
    html_raw(out, style);
    builder_char(out, '"');
    append_attribute(out, "x", x);
    append_attribute(out, "y", y);
    builder_char(out, '>');
    html_text(out, text);
    html_raw(out, "</text>\n");
}

static void append_amounts(const Cli *cli, StringBuilder *out, const Frame *frame)
{
    bool is_whole = frame->step % 100 == 0 && frame->low % 100 == 0;
    for (int64_t value = frame->low; value <= frame->high; value += frame->step) {
        StringBuilder label;
        builder_init(&label, out->arena);
        message_euros(cli, &label, value);
        if (is_whole) /* three bytes: the sign and two digits */
            label.size -= 3;
        append_line(out, value == frame->low ? "axis" : "grid", LEFT, y_of(frame, value), WIDTH - RIGHT,
                    y_of(frame, value));
        append_label(out, "end", LEFT - 8, y_of(frame, value) + 4, builder_result(&label));
    }
}

static void append_years(StringBuilder *out, const Frame *frame)
{
    int32_t first = date_to_ymd(frame->from).year, last = date_to_ymd(frame->to).year;
    int32_t fit = (WIDTH - LEFT - RIGHT) / YEAR_LABEL_WIDTH, every = (last - first) / fit + 1;
    for (int32_t year = first; year <= last; year += every) {
        StringBuilder label;
        Date day = 0;
        if (!date_from_ymd(year, 1, 1, &day) || day < frame->from)
            continue;
        builder_init(&label, out->arena);
        builder_int64(&label, year);
        append_line(out, "axis", x_of(frame, day), HEIGHT - BOTTOM, x_of(frame, day), HEIGHT - BOTTOM + 5);
        append_label(out, x_of(frame, day) > WIDTH - RIGHT - 18 ? "end" : "middle", x_of(frame, day),
                     HEIGHT - BOTTOM + 20, builder_result(&label));
    }
}

static void append_number_class(StringBuilder *out, const char *name, size_t index)
{
    html_raw(out, name);
    builder_uint64(out, index % CHART_LINES_MAX + 1);
}

/* Horizontal where a value holds, vertical where the next one takes over; a new start after a gap. */
static void append_stretches(StringBuilder *out, const Frame *frame, const ChartLine *line, size_t index)
{
    html_raw(out, "<path class=\"line ");
    append_number_class(out, "line-", index);
    if (index > 0)
        append_number_class(out, " dash-", index);
    html_raw(out, "\" d=\"");
    for (size_t i = 0; i < line->count; i++) {
        const ChartStretch *stretch = &line->stretches[i];
        int32_t from = stretch->from < frame->from ? frame->from : stretch->from;
        int32_t to = stretch->to >= frame->to ? frame->to : stretch->to + 1; /* up to the end of its last day */
        bool goes_on = i > 0 && line->stretches[i - 1].to != BD_DATE_MAX && line->stretches[i - 1].to + 1 == from;
        builder_char(out, goes_on ? 'L' : 'M');
        builder_int64(out, x_of(frame, from));
        builder_char(out, ' ');
        builder_int64(out, y_of(frame, stretch->value));
        builder_char(out, 'H');
        builder_int64(out, x_of(frame, to));
    }
    html_raw(out, "\"/>\n");
}

static void append_legend(StringBuilder *out, const ChartLine *lines, size_t count)
{
    html_raw(out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < count; i++) {
        html_raw(out, "<li><svg viewBox=\"0 0 32 10\" aria-hidden=\"true\" focusable=\"false\"><path class=\"line ");
        append_number_class(out, "line-", i);
        if (i > 0)
            append_number_class(out, " dash-", i);
        html_raw(out, "\" d=\"M0 5H32\"/></svg>");
        html_text(out, lines[i].label);
        html_raw(out, "</li>\n");
    }
    html_raw(out, "</ul>\n");
}

void chart_steps(const Cli *cli, StringBuilder *out, Text caption, const ChartLine *lines, size_t count, int32_t marked)
{
    Frame frame;
    count = count > CHART_LINES_MAX ? CHART_LINES_MAX : count;
    if (!find_days(&frame, lines, count, marked) || !find_values(&frame, lines, count))
        return;
    html_raw(out, "<figure class=\"chart\">\n");
    html_element(out, "figcaption", caption);
    html_raw(out, "\n<svg viewBox=\"0 0 720 300\" role=\"img\" aria-label=\"");
    html_text(out, caption);
    html_raw(out, "\">\n");
    append_amounts(cli, out, &frame);
    append_years(out, &frame);
    if (marked > frame.from && marked < frame.to)
        append_line(out, "now", x_of(&frame, marked), TOP, x_of(&frame, marked), HEIGHT - BOTTOM);
    for (size_t i = 0; i < count; i++)
        append_stretches(out, &frame, &lines[i], i);
    html_raw(out, "</svg>\n");
    if (count > 1)
        append_legend(out, lines, count);
    html_raw(out, "</figure>\n");
}
