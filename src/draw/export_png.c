/* Exporter "png": a picture of pixels, two to a unit. */
#include "cusp/exporter.h"
#include "exporters.h"
#include "paper.h"

static enum status write_png(const struct sheet *sheet, const struct draw_options *options,
                             struct text *out, const char **why)
{
    return paper_write(sheet, options, PAPER_PNG, out, why);
}

const struct exporter exporter_png = {
    .name = "png",
    .summary = "a picture of pixels, two to a unit",
    .binary = true,
    .available = PAPER_AVAILABLE,
    .write = write_png,
};
