/* Storage and diagnostics of a model that is being parsed and checked. */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>

#include "cusp/mem.h"

enum { MESSAGE_MAX = 600 };

static void report(struct draft *draft, enum severity severity, struct span at, const char *format,
                   va_list args)
{
    if (draft->diags->count == DIAGS_MAX) {
        diags_add(draft->diags, severity, "", "", at, "%s", ""); /* only counted */
        return;
    }
    char message[MESSAGE_MAX];
    vsnprintf(message, sizeof message, format, args);
    diags_add(draft->diags, severity, draft->syntax->file, draft->syntax->source, at, "%s",
              message);
}

void draft_error(struct draft *draft, struct span at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(draft, SEV_ERROR, at, format, args);
    va_end(args);
}

void draft_warning(struct draft *draft, struct span at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(draft, SEV_WARNING, at, format, args);
    va_end(args);
}

size_t draft_line(const struct draft *draft, size_t offset)
{
    size_t line = 1;
    if (draft->diags->count == DIAGS_MAX) {
        return line; /* nobody will read it */
    }
    for (size_t i = 0; i < offset; i++) {
        line += draft->syntax->source[i] == '\n';
    }
    return line;
}

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

const char *draft_name(const struct draft *draft, const struct expr *expr, size_t *length)
{
    const char *s = draft->syntax->source + expr->at.offset;
    size_t n = 0;
    while (n < expr->at.length && in_name(s[n])) {
        n++;
    }
    *length = n;
    return s;
}

void draft_done(struct draft *draft)
{
    tokens_done(&draft->tokens);
    scope_done(&draft->scope);
    mem_free(draft->symbols);
    mem_free(draft->inputs);
    mem_free(draft->outputs);
    mem_free(draft->truths);
    mem_free(draft->columns);
    mem_free(draft->priors);
    mem_free(draft->regions);
    mem_free(draft->expects);
}
