/* Exporter "pdf": one page, for papers and slides. */
#include "cusp/exporter.h"
#include "exporters.h"
#include "paper.h"

static enum status write_pdf(const struct sheet *sheet, const struct draw_options *options,
                             struct text *out, const char **why)
{
    return paper_write(sheet, options, PAPER_PDF, out, why);
}

const struct exporter exporter_pdf = {
    .name = "pdf",
    .summary = "one page, for papers and slides",
    .binary = true,
    .available = PAPER_AVAILABLE,
    .write = write_pdf,
};
