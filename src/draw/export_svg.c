/* Exporter "svg": scalable vector graphics. */
#include "cusp/exporter.h"
#include "exporters.h"
#include "paper.h"

static enum status write_svg(const struct sheet *sheet, const struct draw_options *options,
                             struct text *out, const char **why)
{
#ifdef HAVE_CAIRO
    return paper_write(sheet, options, PAPER_SVG, out, why);
#else
    (void)sheet;
    (void)options;
    (void)out;
    *why = "this cusp was built without Cairo, which draws svg";
    return ST_UNABLE;
#endif
}

const struct exporter exporter_svg = {
    .name = "svg",
    .summary = "scalable vector graphics",
    .binary = false,
    .available = PAPER_AVAILABLE,
    .write = write_svg,
};
