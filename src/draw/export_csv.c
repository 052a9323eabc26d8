/* Exporter "csv": the numbers behind every figure, one a row. */
#include "cusp/exporter.h"

#include <math.h>

#include "exporters.h"

/* Which figure the rows belong to. */
struct source {
    struct text *out;
    const struct placed *placed;
};

static void add_quoted(struct text *out, const char *text)
{
    if (!text)
        text = "";
    bool plain = true;
    for (const char *at = text; *at; at++)
        plain &= *at != ',' && *at != '"' && *at != '\n' && *at != '\r';
    if (plain) {
        text_add(out, text);
        return;
    }
    text_add(out, "\"");
    for (const char *at = text; *at; at++)
        text_add_bytes(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    text_add(out, "\"");
}

/* An undefined number is an empty cell. */
static void add_number(struct text *out, double value)
{
    if (!isnan(value))
        text_addf(out, "%.17g", value);
}

static void add_row(const struct source *source, const char *layer, const char *name, double x,
                    double y, double value)
{
    struct text *out = source->out;
    const char *view = source->placed->view;
    add_quoted(out, view && view[0] ? view : source->placed->figure->title);
    text_addf(out, ",%zu,%s,", source->placed->side, layer);
    add_quoted(out, name);
    const double numbers[] = {x, y, value};
    for (size_t i = 0; i < 3; i++) {
        text_add(out, ",");
        add_number(out, numbers[i]);
    }
    text_add(out, "\n");
}

static void add_field(const struct source *source, const struct figure *figure)
{
    const struct field *field = figure->field;
    if (!field || !field->value)
        return;
    for (size_t iy = 0; iy < field->ny; iy++)
        for (size_t ix = 0; ix < field->nx; ix++)
            add_row(source, "field", field->name,
                    axis_value(&figure->x, ((double)ix + 0.5) / (double)field->nx),
                    axis_value(&figure->y, ((double)iy + 0.5) / (double)field->ny),
                    field->value[iy * field->nx + ix]);
}

static void add_curve(const struct source *source, const struct curve *curve)
{
    for (size_t i = 0; i < curve->n; i++) {
        enum role role = curve->roles ? curve->roles[i] : curve->role;
        const char *name = curve->name ? curve->name : role_name(role);
        add_row(source, "curve", name, curve->x[i], curve->y[i], NAN);
        if (curve->low)
            add_row(source, "low", name, curve->x[i], curve->low[i], NAN);
        if (curve->high)
            add_row(source, "high", name, curve->x[i], curve->high[i], NAN);
    }
}

static void add_figure(const struct source *source)
{
    const struct figure *figure = source->placed->figure;
    add_field(source, figure);
    for (size_t i = 0; i < figure->n_curves; i++)
        add_curve(source, &figure->curves[i]);
    for (size_t i = 0; i < figure->n_bars; i++) {
        const struct bar *bar = &figure->bars[i];
        add_row(source, "bar", bar->label, NAN, NAN, bar->value);
        if (bar->error > 0)
            add_row(source, "error", bar->label, NAN, NAN, bar->error);
    }
    for (size_t i = 0; i < figure->n_rows; i++) {
        const struct figure_row *row = &figure->rows[i];
        double width = (row->high - row->low) / (double)row->n;
        for (size_t k = 0; k < row->n; k++)
            add_row(source, "histogram", row->label, row->low + width * ((double)k + 0.5), NAN,
                    row->value[k]);
    }
    if (figure->kind == FIGURE_PLOT && figure->has_here)
        add_row(source, "here", "cursor", figure->here_x, figure->here_y, NAN);
}

static enum status write_csv(const struct sheet *sheet, const struct draw_options *options,
                             struct text *out, const char **why)
{
    (void)options;
    (void)why;
    text_add(out, "figure,side,layer,name,x,y,value\n");
    for (size_t i = 0; i < sheet->n_placed; i++) {
        struct source source = {out, &sheet->placed[i]};
        if (source.placed->figure)
            add_figure(&source);
    }
    return ST_OK;
}

const struct exporter exporter_csv = {
    .name = "csv",
    .summary = "the numbers of every field, curve and bar, one a row",
    .available = true,
    .write = write_csv,
};
