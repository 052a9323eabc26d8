/* `claim`: a person's answer is held against what cusp knows. */
#include <stdlib.h>
#include <string.h>

#include "../command_private.h"

/* "5/12" or "2"; false if it is neither. */
static bool fraction_read(const char *text, struct rat *out)
{
    char *end;
    out->num = strtol(text, &end, 10);
    out->den = 1;
    if (end == text || out->num < 0)
        return false;
    if (*end == '/') {
        const char *below = end + 1;
        out->den = strtol(below, &end, 10);
        if (end == below || out->den <= 0)
            return false;
    }
    return *end == '\0' && out->num < 1000000 && out->den < 1000000;
}

static int judge_crossing(struct command_context *context)
{
    size_t at = 0;
    const struct resolution *resolution = resolution_shown(context, &at);
    if (resolution == NULL) {
        command_fault(context, "claim: there is no resolution to look at here");
        return EXIT_BAD;
    }
    bool right = resolution->charts[at].normal_crossing;
    session_message(context->session, false,
                    right
                        ? "Right: K is a monomial times a positive factor everywhere in chart %zu."
                        : "Not yet: in chart %zu there are points where K is no monomial in any "
                          "coordinates.",
                    at);
    return EXIT_OK;
}

static int judge_lambda(struct command_context *context, const struct args *args)
{
    struct rat claimed;
    double m = 0;
    if (!fraction_read(args->words[0], &claimed) ||
        (args->n_words > 1 && !count_read(args->words[1], &m))) {
        command_fault(context, "claim: λ as a fraction and m are wanted, as in `claim 5/12 1`, or "
                               "`claim crossing`");
        return EXIT_USAGE;
    }
    struct snapshot snapshot;
    resolution_wait(context);
    session_snapshot(context->session, &snapshot);
    const struct rlct *rlct = session_model(context) != NULL && !snapshot.state.catalogue_open
                                  ? snapshot.sides[session_side(context)].resolved
                                  : NULL;
    if (rlct == NULL || rlct->lambda.standing != EXACT) {
        command_fault(context, "claim: λ is not known exactly here");
        return EXIT_BAD;
    }
    struct rat truth = rlct->lambda.exact;
    long low = claimed.num * truth.den, high = truth.num * claimed.den;
    char text[48];
    rat_text(text, sizeof text, claimed);
    if (low != high)
        session_message(context->session, false, "λ = %s is too %s.", text,
                        low < high ? "small" : "large");
    else if (args->n_words > 1 && (long)m != rlct->multiplicity)
        session_message(context->session, false, "λ = %s is right, but m is not %ld.", text,
                        (long)m);
    else
        session_message(context->session, false, "Right: λ = %s%s", text,
                        args->n_words > 1 ? ", and m too." : ". And m?");
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    return strcmp(args->words[0], "crossing") == 0 ? judge_crossing(context)
                                                   : judge_lambda(context, args);
}

const struct command claim_command = {
    .name = "claim",
    .usage = "LAMBDA [M] | crossing",
    .summary = "say what you think λ and m are, or that a chart has normal crossings",
    .details = "cusp says whether it is right, and if not, on which side.\nExample: claim 1/2 2",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};
