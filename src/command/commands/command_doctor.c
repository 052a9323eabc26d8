/* `doctor`: what this build and this terminal can do. */
#include <gnu/libc-version.h>
#include <stdlib.h>

#include "cusp/exporter.h"
#include "cusp/parallel.h"
#include "cusp/program.h"
#include "../command_private.h"

struct fact {
    const char *name;
    char value[256];
};

enum { FACTS_MAX = 16 };

static size_t collect(const struct command_context *context, struct fact *facts)
{
    size_t count = 0;
    const struct exporter *png = exporter_find("png");
#define FACT(key, ...)                                                        \
    do {                                                                      \
        facts[count].name = (key);                                            \
        snprintf(facts[count].value, sizeof facts[count].value, __VA_ARGS__); \
        count++;                                                              \
    } while (0)
    FACT("version", "%s", CUSP_VERSION);
    FACT("prefix", "%s", CUSP_PREFIX);
    FACT("catalogue", "%s", context->catalogue ? context->catalogue->directory : "none found");
    FACT("models", "%zu", context->catalogue ? context->catalogue->n_entries : 0);
    FACT("processors", "%zu", parallel_processors());
    FACT("instructions", "%s", program_isa());
    FACT("cairo", "%s", png && png->available ? "yes: svg, png and pdf" : "no: text, ansi and csv");
    FACT("jansson", "%s", jansson_version_str());
    FACT("libc", "glibc %s", gnu_get_libc_version());
    FACT("compiler", "%s", __VERSION__);
    FACT("TERM", "%s", getenv("TERM") ? getenv("TERM") : "not set");
    FACT("COLORTERM", "%s", getenv("COLORTERM") ? getenv("COLORTERM") : "not set");
    FACT("NO_COLOR", "%s", getenv("NO_COLOR") ? getenv("NO_COLOR") : "not set");
    FACT("CUSP_MODELS", "%s", getenv("CUSP_MODELS") ? getenv("CUSP_MODELS") : "not set");
#undef FACT
    return count;
}

static int run(struct command_context *context, const struct args *args)
{
    struct fact facts[FACTS_MAX];
    size_t count = collect(context, facts);
    if (args_flag(args, "json")) {
        json_t *object = json_object();
        for (size_t i = 0; i < count; i++) {
            json_put_text(object, facts[i].name, facts[i].value);
        }
        if (context->describe_terminal) {
            struct text terminal;
            text_init(&terminal);
            context->describe_terminal(&terminal, context->terminal);
            json_put_text(object, "terminal", text_get(&terminal));
            text_done(&terminal);
        }
        json_end(object, context->out);
        return EXIT_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (args_flag(args, "csv")) {
            text_addf(context->out, "%s,\"%s\"\n", facts[i].name, facts[i].value);
        } else {
            text_addf(context->out, "%-13s %s\n", facts[i].name, facts[i].value);
        }
    }
    if (context->describe_terminal && !args_flag(args, "csv")) {
        context->describe_terminal(context->out, context->terminal);
    }
    return EXIT_OK;
}

const struct command doctor_command = {
    .name = "doctor",
    .usage = "",
    .summary = "what this build and this terminal can do",
    .details = "Versions, instruction set, formats, where the catalogue is, and facts of the "
               "terminal.\nExample: cusp doctor",
    .where = IN_ALL,
    .max_words = 0,
    .run = run,
};
