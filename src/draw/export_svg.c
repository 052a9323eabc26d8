/* Exporter "svg": scalable vector graphics. */
#include "cusp/exporter.h"
#include "exporters.h"
#include "paper.h"

static enum status write_svg(const struct sheet *sheet, const struct draw_options *options,
                             struct text *out, const char **why)
{
    return paper_write(sheet, options, PAPER_SVG, out, why);
}

const struct exporter exporter_svg = {
    .name = "svg",
    .summary = "scalable vector graphics",
    .binary = false,
    .available = PAPER_AVAILABLE,
    .write = write_svg,
};
