/* Exact K as source text for computer algebra systems. */
#include "cusp/exact.h"

#include <ctype.h>
#include <string.h>

#include "cusp/mem.h"

/* A letter and digits mean nothing to these systems, save i and o, which number the lines of one.
 */
static bool is_plain(const char *name)
{
    if (!islower((unsigned char)*name) || *name == 'i' || *name == 'o')
        return false;
    for (const char *c = name + 1; *c != '\0'; c++)
        if (!isdigit((unsigned char)*c))
            return false;
    return true;
}

/* Each parameter by letters and digits: v[1,2] → v12, mean → vmean; x2, x3 … at the end tell apart
   those that would be called the same. */
static const char *const *plain_names(const struct exact *exact, struct arena *arena)
{
    const char **names = arena_new(arena, exact->dim + 1, sizeof *names);
    for (size_t i = 0; i < exact->dim; i++) {
        struct text name, bare;
        text_init(&name);
        text_init(&bare);
        for (const char *c = exact->names[i]; *c != '\0'; c++)
            if (isalnum((unsigned char)*c))
                text_add_bytes(&bare, c, 1);
        bool plain = is_plain(text_get(&bare)), taken = true;
        for (size_t tries = 1; taken; tries++) {
            text_clear(&name);
            text_addf(&name, "%s%s", plain && tries == 1 ? "" : "v", text_get(&bare));
            if (tries > 1)
                text_addf(&name, "x%zu", tries);
            taken = false;
            for (size_t k = 0; k < i && !taken; k++)
                taken = strcmp(names[k], text_get(&name)) == 0;
        }
        names[i] = arena_text(arena, text_get(&name), name.length);
        text_done(&name);
        text_done(&bare);
    }
    return names;
}

/* A single line of printable ASCII. */
static void add_comment(struct text *out, const char *mark, const char *words)
{
    text_add(out, mark);
    text_add(out, " ");
    for (const char *c = words; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte >= 0x20 && byte < 0x7f)
            text_add_bytes(out, c, 1);
        else if (byte < 0x20 || (byte & 0xc0) == 0xc0)
            text_add(out, byte < 0x20 ? " " : "?");
    }
    text_add(out, "\n");
}

static void add_names(struct text *out, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text_addf(out, "%s%s", i ? "," : "", names[i]);
}

static void add_head(struct text *out, const char *mark, const struct exact *exact,
                     const struct model *model, const char *const *names)
{
    struct text line;
    text_init(&line);
    bool untitled = strcmp(model->title, model->formula) == 0;
    add_comment(out, mark, untitled ? model->formula_ascii : model->title);
    if (exact->how[0] != '\0')
        add_comment(out, mark, exact->how);
    for (size_t i = 0; i < exact->n_steps; i++)
        add_comment(out, mark, exact->steps[i]);
    for (size_t i = 0; i < exact->dim; i++) {
        text_clear(&line);
        text_addf(&line, "%s is %s, in [%s, %s]", names[i], exact->names[i], exact->low[i],
                  exact->high[i]);
        add_comment(out, mark, text_get(&line));
    }
    text_done(&line);
}

static void add_piece(struct text *out, const char *mark, const struct exact *exact, size_t k)
{
    const struct exact_piece *piece = &exact->pieces[k];
    struct text line;
    text_init(&line);
    text_addf(&line, "K is a multiple both ways of (sum of squares of I%zu)^(%ld/2)", k + 1,
              piece->power);
    bool first = true;
    for (size_t i = 0; i < exact->dim; i++)
        if (piece->signs[i] != 0) {
            text_addf(&line, "%s%s %s 0", first ? ", where " : ", ", exact->names[i],
                      piece->signs[i] > 0 ? ">=" : "<=");
            first = false;
        }
    add_comment(out, mark, text_get(&line));
    text_done(&line);
}

/* K, or the sum of squares of the first piece in terms of its generators: I1[1] or I1_0 … */
static void add_sum(struct text *out, const struct exact *exact, const char *const *names,
                    char index, struct arena *arena)
{
    const struct exact_piece *piece = &exact->pieces[0];
    if (exact->kl != NULL && poly_n_terms(exact->kl) <= 12) {
        text_add(out, poly_text(exact->kl, names, POLY_PLAIN, 0, arena));
        return;
    }
    for (size_t i = 0; i < piece->n_generators; i++) {
        text_add(out, i ? " + " : "");
        if (index == '[')
            text_addf(out, "I1[%zu]", i + 1);
        else
            text_addf(out, "I1_%zu", i);
        if (piece->power != 1)
            text_addf(out, "^%ld", piece->power);
    }
}

static void write_singular(const struct exact *exact, const struct model *model, struct text *out)
{
    struct arena arena;
    arena_init(&arena);
    const char *const *names = plain_names(exact, &arena);
    add_head(out, "//", exact, model, names);
    text_add(out, "LIB \"dmod.lib\";\nLIB \"gmssing.lib\";\nring R = 0,(");
    add_names(out, names, exact->dim);
    text_add(out, "),dp;\n");
    for (size_t k = 0; k < exact->n_pieces; k++) {
        const struct exact_piece *piece = &exact->pieces[k];
        add_piece(out, "//", exact, k);
        text_addf(out, "ideal I%zu =\n", k + 1);
        for (size_t i = 0; i < piece->n_generators; i++)
            text_addf(out, "  %s%s\n",
                      poly_text(piece->generators[i], names, POLY_PLAIN, 0, &arena),
                      i + 1 < piece->n_generators ? "," : ";");
    }
    text_add(out, "poly K = ");
    add_sum(out, exact, names, '[', &arena);
    text_add(out,
             ";\n// the Bernstein-Sato polynomial of K; minus its greatest root is the complex "
             "threshold, at most lambda\nbfct(K);\n");
    arena_done(&arena);
}

static void write_macaulay(const struct exact *exact, const struct model *model, struct text *out)
{
    struct arena arena;
    arena_init(&arena);
    const char *const *names = plain_names(exact, &arena);
    add_head(out, "--", exact, model, names);
    text_add(out, "needsPackage \"Dmodules\"\nR = QQ[");
    add_names(out, names, exact->dim);
    text_add(out, "]\n");
    for (size_t k = 0; k < exact->n_pieces; k++) {
        const struct exact_piece *piece = &exact->pieces[k];
        add_piece(out, "--", exact, k);
        text_addf(out, "I%zu = ideal(\n", k + 1);
        for (size_t i = 0; i < piece->n_generators; i++)
            text_addf(out, "  %s%s\n",
                      poly_text(piece->generators[i], names, POLY_PLAIN, 0, &arena),
                      i + 1 < piece->n_generators ? "," : ")");
    }
    text_add(out, "K = ");
    add_sum(out, exact, names, '_', &arena);
    text_add(out, "\n-- complex thresholds: lct of K, and half the lct of I1, are at most lambda\n"
                  "lct ideal K\nlct I1\nglobalBFunction K\n");
    arena_done(&arena);
}

const struct exact_language exact_languages[] = {
    {.name = "singular", .title = "Singular", .write = write_singular},
    {.name = "macaulay2", .title = "Macaulay2", .write = write_macaulay},
    {.name = NULL},
};

enum status exact_export(const struct model *model, const char *language, struct text *out,
                         const char **why)
{
    const struct exact_language *row = exact_languages;
    while (row->name != NULL && strcmp(row->name, language) != 0)
        row++;
    if (row->name == NULL) {
        *why = "there is no such language";
        return ST_INPUT;
    }
    struct arena arena;
    struct exact exact;
    const char *reason = NULL;
    arena_init(&arena);
    enum status status = exact_of(model, NULL, &arena, &exact, &reason);
    if (status == ST_OK && exact.flat != NULL) {
        status = ST_UNABLE;
        reason = exact.how;
    }
    if (status == ST_OK)
        row->write(&exact, model, out);
    else if (reason != NULL)
        text_add(out, reason);
    *why = status == ST_OK ? NULL : text_get(out);
    exact_done(&exact);
    arena_done(&arena);
    return status;
}
