/* Exporter "ansi": what a terminal shows, with its colour codes. */
#include "cusp/exporter.h"
#include "exporters.h"

static enum status write_ansi(const struct sheet *sheet, const struct draw_options *options,
                              struct text *out, const char **why)
{
    (void)why;
    struct cells cells;
    cells_init(&cells, sheet->width, sheet->height);
    draw_sheet(&cells, sheet, options);
    cells_to_ansi(&cells, options, out);
    cells_done(&cells);
    return ST_OK;
}

const struct exporter exporter_ansi = {
    .name = "ansi",
    .summary = "text with colour codes, for a terminal",
    .available = true,
    .write = write_ansi,
};
