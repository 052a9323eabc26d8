/* A model's text read anew, exactly: what exact.h promises. */
#include "cusp/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "exact_parts.h"

const char *exact_number(double x, struct arena *arena)
{
    char text[40];
    if (x == 0)
        return "0";
    for (int digits = 1; digits <= 17; digits++) {
        int length = snprintf(text, sizeof text, "%.*g", digits, x);
        if (length > 0 && strtod(text, NULL) == x)
            break;
    }
    return arena_text(arena, text, strlen(text));
}

static struct poly *of_params(const struct exact_walk *walk, const struct poly *f)
{
    size_t map[POLY_MAX_VARS] = {0};
    for (size_t i = 0; i < walk->dim; i++)
        map[i] = i;
    return poly_rename(f, walk->dim, map);
}

static bool only_params(const struct exact_walk *walk, const struct poly *f)
{
    for (size_t i = walk->dim; i < walk->n_vars; i++)
        if (poly_uses(f, i))
            return false;
    return true;
}

/* The lists as the caller gets them, with polynomials in w alone. */
static bool hand_over(struct exact_found *found, const struct model *model, struct exact *out)
{
    struct exact_walk *walk = found->walk;
    struct arena *arena = walk->arena;
    bool sound = found->kl == NULL || only_params(walk, found->kl);
    for (size_t i = 0; i < found->n_prior; i++)
        sound = sound && only_params(walk, found->prior[i].f);
    for (size_t k = 0; k < found->n_pieces; k++) {
        sound = sound && found->pieces[k].n > 0;
        for (size_t i = 0; i < found->pieces[k].n; i++)
            sound = sound && only_params(walk, found->pieces[k].generators[i]);
    }
    if (!sound)
        return exact_fail(walk, ST_UNABLE, "K is no polynomial's multiple in the parameters alone");
    out->dim = walk->dim;
    out->names = arena_new(arena, walk->dim + 1, sizeof *out->names);
    out->low = arena_new(arena, walk->dim + 1, sizeof *out->low);
    out->high = arena_new(arena, walk->dim + 1, sizeof *out->high);
    for (size_t i = 0; i < walk->dim; i++) {
        out->names[i] = arena_text(arena, model->params[i].name, strlen(model->params[i].name));
        out->low[i] = poly_text(walk->low[i], NULL, POLY_PLAIN, 0, arena);
        out->high[i] = poly_text(walk->high[i], NULL, POLY_PLAIN, 0, arena);
    }
    out->kl = found->kl ? of_params(walk, found->kl) : NULL;
    out->n_pieces = found->n_pieces;
    out->pieces = arena_new(arena, found->n_pieces + 1, sizeof *out->pieces);
    for (size_t k = 0; k < found->n_pieces; k++) {
        const struct exact_piece_found *from = &found->pieces[k];
        struct exact_piece *piece = &out->pieces[k];
        *piece = (struct exact_piece){from->signs, from->n, NULL, from->power};
        piece->generators = arena_new(arena, from->n, sizeof(struct poly *));
        for (size_t i = 0; i < from->n; i++)
            piece->generators[i] = of_params(walk, from->generators[i]);
    }
    out->n_prior = found->n_prior;
    out->prior = arena_new(arena, found->n_prior + 1, sizeof *out->prior);
    for (size_t i = 0; i < found->n_prior; i++) {
        out->prior[i] = found->prior[i];
        out->prior[i].f = of_params(walk, found->prior[i].f);
    }
    out->flat = found->flat;
    out->local = found->local;
    out->how = found->how ? found->how : "";
    out->n_steps = found->n_steps;
    out->steps = found->steps;
    return true;
}

static enum status read_with(const struct model *model, const struct syntax *syntax,
                             const double *at, size_t max_atoms, struct arena *arena,
                             struct exact *out, const char **why, bool *again)
{
    struct exact_walk *walk = exact_walk_new(model, syntax, arena, max_atoms);
    struct exact_found found = {.walk = walk};
    walk->at = at;
    if (walk->status == ST_OK)
        exact_walk_box(walk);
    bool done = walk->status == ST_OK &&
                (syntax->potential ? exact_potential(&found) : exact_likelihood(&found));
    for (size_t k = 0; done && k < found.n_pieces; k++)
        if (found.pieces[k].power == 2)
            exact_reduce(&found, &found.pieces[k]);
    done = done && exact_prior(&found) && walk->status == ST_OK && hand_over(&found, model, out);
    *again = walk->wants_atoms;
    enum status status = done ? ST_OK : walk->status != ST_OK ? walk->status : ST_UNABLE;
    if (status != ST_OK)
        *why = walk->why ? walk->why : "K is not a polynomial";
    exact_walk_done(walk);
    return status;
}

static const char *point_text(const struct model *model, const double *at, struct arena *arena)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < model->dim; i++)
        text_addf(&text, "%s%s = %s", i ? ", " : "", model->params[i].name,
                  exact_number(at[i], arena));
    const char *out = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

enum status exact_of(const struct model *model, const double *at, struct arena *arena,
                     struct exact *out, const char **why)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    bool again = false;
    *out = (struct exact){0};
    *why = NULL;
    diags_init(&diags);
    enum status status =
        syntax_parse(model->name ? model->name : "-e", model->text, strlen(model->text),
                     model->settings, model->n_settings, &diags, &syntax);
    diags_done(&diags);
    if (status != ST_OK) {
        *why = "the model's text cannot be read again";
        return status;
    }
    status = read_with(model, syntax, at, 0, arena, out, why, &again);
    if (status != ST_OK && again)
        status = read_with(model, syntax, at, EXACT_MAX_ATOMS, arena, out, why, &again);
    syntax_free(syntax);
    if (status == ST_OK && at != NULL)
        out->at_text = point_text(model, at, arena);
    else if (status == ST_OK && out->local)
        out->at_text = "the origin";
    return status;
}

void exact_done(struct exact *exact)
{
    poly_free(exact->kl);
    exact->kl = NULL;
    for (size_t k = 0; k < exact->n_pieces; k++)
        for (size_t i = 0; i < exact->pieces[k].n_generators; i++)
            poly_free(exact->pieces[k].generators[i]);
    exact->n_pieces = 0;
    for (size_t i = 0; i < exact->n_prior; i++)
        poly_free((struct poly *)(uintptr_t)exact->prior[i].f);
    exact->n_prior = 0;
}
