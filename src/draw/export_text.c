/* Exporter "text": characters only, shades for a field. */
#include "cusp/exporter.h"
#include "exporters.h"

static enum status write_text(const struct sheet *sheet, const struct draw_options *options,
                              struct text *out, const char **why)
{
    (void)why;
    struct draw_options plain = *options;
    plain.depth = DEPTH_MONO;
    struct cells cells;
    cells_init(&cells, sheet->width, sheet->height);
    draw_sheet(&cells, sheet, &plain);
    cells_to_text(&cells, out);
    cells_done(&cells);
    return ST_OK;
}

const struct exporter exporter_text = {
    .name = "text",
    .summary = "plain text, without colours",
    .available = true,
    .write = write_text,
};
