/* Compact faces of Newton polyhedra, and what the generators leave on them. */
#include <flint/fmpq_mpoly.h>
#include <flint/fmpz_mat.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/text.h"
#include "newton_private.h"
#include "poly_private.h"

enum { MAX_FACES = 20000, EXPENSIVE_TRIES = 40 };

/* tight[point]: facets it lies in. */
static uint64_t *points_tight(const struct newton *newton, size_t n_words)
{
    uint64_t *tight = mem_new(newton->n_points, n_words * sizeof *tight);
    for (size_t k = 0; k < newton->n_points; k++) {
        for (size_t f = 0; f < newton->n_facets; f++) {
            if (!newton_tight(newton, f, k))
                continue;
            tight[k * n_words + f / NEWTON_WORD] |= UINT64_C(1) << f % NEWTON_WORD;
        }
    }
    return tight;
}

/* The sum of the normals of its facets is > 0 in every coordinate. */
static bool is_compact(const struct newton *newton, const uint64_t *face)
{
    bool positive[NEWTON_MAX_VARS] = {false};
    for (size_t f = 0; f < newton->n_facets; f++) {
        if (!(face[f / NEWTON_WORD] >> f % NEWTON_WORD & 1))
            continue;
        for (size_t i = 0; i < newton->n_vars; i++) {
            if (newton->normals[f * newton->n_vars + i])
                positive[i] = true;
        }
    }
    for (size_t i = 0; i < newton->n_vars; i++) {
        if (!positive[i])
            return false;
    }
    return true;
}

static bool faces_have(const struct newton_faces *faces, const uint64_t *face)
{
    for (size_t k = 0; k < faces->n; k++) {
        if (memcmp(faces->tight + k * faces->n_words, face, faces->n_words * sizeof *face) == 0) {
            return true;
        }
    }
    return false;
}

static void faces_add(struct newton_faces *faces, const uint64_t *face)
{
    if (faces->n == faces->capacity) {
        faces->capacity = faces->capacity ? 2 * faces->capacity : 16;
        faces->tight =
            mem_resize(faces->tight, faces->capacity, faces->n_words * sizeof *faces->tight);
    }
    memcpy(faces->tight + faces->n * faces->n_words, face, faces->n_words * sizeof *face);
    faces->n++;
}

enum status newton_compact_faces(const struct newton *newton, struct newton_faces *out)
{
    size_t n_words = (newton->n_facets + NEWTON_WORD - 1) / NEWTON_WORD, n_vertices = 0;
    *out = (struct newton_faces){.n_words = n_words};
    uint64_t *tight = points_tight(newton, n_words);
    uint64_t *face = mem_new(n_words, sizeof *face);
    for (size_t k = 0; k < newton->n_points; k++) {
        if (newton->vertex[k])
            faces_add(out, tight + k * n_words);
    }
    n_vertices = out->n;
    /* A face and a vertex lie in one least face: that of the facets they share. */
    enum status status = ST_OK;
    for (size_t at = 0; at < out->n && status == ST_OK; at++) {
        for (size_t v = 0; v < n_vertices; v++) {
            for (size_t w = 0; w < n_words; w++) {
                face[w] = out->tight[at * n_words + w] & out->tight[v * n_words + w];
            }
            if (!is_compact(newton, face) || faces_have(out, face))
                continue;
            faces_add(out, face);
        }
        if (out->n > MAX_FACES)
            status = ST_LIMIT;
    }
    out->n -= n_vertices;
    memmove(out->tight, out->tight + n_vertices * n_words, out->n * n_words * sizeof *out->tight);
    mem_free(tight);
    mem_free(face);
    return status;
}

bool newton_on_face(const struct newton *newton, const uint64_t *face, size_t n_words, size_t point)
{
    (void)n_words;
    for (size_t f = 0; f < newton->n_facets; f++) {
        if (!(face[f / NEWTON_WORD] >> f % NEWTON_WORD & 1))
            continue;
        if (!newton_tight(newton, f, point))
            return false;
    }
    return true;
}

/* What is looked at: a face, its points, and them in as few variables as its dimension. */
struct face {
    size_t n_vars, n_points, dim;
    const long **points;
    fmpz_mat_t reduced; /* [dim][n_points], up to a shift */
};

/* Exponents less the first one span a lattice; a basis change of Z^n with determinant ±1, which is
   a bijection of the points with real coordinates other than 0, leaves only `dim` coordinates. */
static void face_reduce(struct face *face)
{
    fmpz_mat_t differences, hermite;
    fmpz_mat_init(differences, (slong)face->n_vars, (slong)face->n_points);
    fmpz_mat_init(hermite, (slong)face->n_vars, (slong)face->n_points);
    for (size_t i = 0; i < face->n_vars; i++) {
        for (size_t k = 0; k < face->n_points; k++) {
            fmpz_set_si(fmpz_mat_entry(differences, (slong)i, (slong)k),
                        face->points[k][i] - face->points[0][i]);
        }
    }
    fmpz_mat_hnf(hermite, differences);
    face->dim = (size_t)fmpz_mat_rank(differences);
    fmpz_mat_init(face->reduced, (slong)face->dim, (slong)face->n_points);
    for (size_t i = 0; i < face->dim; i++) {
        for (size_t k = 0; k < face->n_points; k++) {
            fmpz_set(fmpz_mat_entry(face->reduced, (slong)i, (slong)k),
                     fmpz_mat_entry(hermite, (slong)i, (slong)k));
        }
    }
    fmpz_mat_clear(differences);
    fmpz_mat_clear(hermite);
}

static size_t face_find(const struct face *face, const unsigned long *exponents)
{
    for (size_t k = 0; k < face->n_points; k++) {
        bool same = true;
        for (size_t i = 0; i < face->n_vars && same; i++) {
            same = face->points[k][i] == (long)exponents[i];
        }
        if (same)
            return k;
    }
    return face->n_points;
}

/* The part of a generator on the face: in its own variables and in the reduced ones. Exponents
   there are shifted to be ≥ 0. False: reduced exponents are too large to be worked with. */
static bool face_part(const struct face *face, const struct poly *generator, struct poly *own,
                      struct poly *reduced)
{
    enum { MAX_REDUCED = 100000 };
    unsigned long exponents[NEWTON_MAX_VARS];
    size_t n = poly_n_terms(generator), n_found = 0;
    size_t *found = mem_new(n + 1, sizeof *found), *of = mem_new(n + 1, sizeof *of);
    fmpz least[NEWTON_MAX_VARS] = {0};
    for (size_t t = 0; t < n; t++) {
        poly_exponents(generator, t, exponents);
        size_t k = face_find(face, exponents);
        if (k == face->n_points)
            continue;
        for (size_t i = 0; i < face->dim; i++) {
            fmpz *entry = fmpz_mat_entry(face->reduced, (slong)i, (slong)k);
            if (n_found == 0 || fmpz_cmp(entry, least + i) < 0)
                fmpz_set(least + i, entry);
        }
        found[n_found] = t;
        of[n_found++] = k;
    }
    bool fits = true;
    fmpq_t c;
    fmpz_t shifted;
    fmpq_init(c);
    fmpz_init(shifted);
    for (size_t j = 0; j < n_found && fits; j++) {
        fmpq_mpoly_get_term_coeff_fmpq(c, generator->p, (slong)found[j], generator->ring);
        poly_exponents(generator, found[j], exponents);
        fmpq_mpoly_set_coeff_fmpq_ui(own->p, c, exponents, own->ring);
        for (size_t i = 0; i < face->dim && fits; i++) {
            fmpz_sub(shifted, fmpz_mat_entry(face->reduced, (slong)i, (slong)of[j]), least + i);
            fits = fmpz_cmp_si(shifted, MAX_REDUCED) <= 0;
            exponents[i] = fits ? fmpz_get_ui(shifted) : 0;
        }
        fmpq_mpoly_set_coeff_fmpq_ui(reduced->p, c, exponents, reduced->ring);
    }
    fmpq_clear(c);
    fmpz_clear(shifted);
    for (size_t i = 0; i < NEWTON_MAX_VARS; i++)
        fmpz_clear(least + i);
    mem_free(found);
    mem_free(of);
    return fits;
}

/* What has been found so far about the faces. */
struct verdict {
    size_t n_none, n_unknown, effort;
    const char *reason; /* of the first that is not known */
};

static void write_face(struct poly *const *own, size_t n, const char *const *names,
                       struct arena *arena, struct newton *out)
{
    struct text text;
    text_init(&text);
    for (size_t g = 0; g < n; g++) {
        text_addf(&text, "%s%s", g ? ", " : "", poly_text(own[g], names, POLY_PLAIN, 12, arena));
    }
    out->face = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
}

static void check_face(const struct face *face, const struct poly *const *generators, size_t n,
                       const char *const *names, struct arena *arena, struct verdict *verdict,
                       struct newton *out)
{
    struct poly **own = mem_new(n, sizeof *own), **reduced = mem_new(n, sizeof *reduced);
    size_t n_parts = 0;
    bool fits = true;
    for (size_t g = 0; g < n && fits; g++) {
        own[n_parts] = poly_new(face->n_vars);
        reduced[n_parts] = poly_new(face->dim);
        fits = face_part(face, generators[g], own[n_parts], reduced[n_parts]);
        if (fits && poly_is_zero(own[n_parts])) {
            poly_free(own[n_parts]);
            poly_free(reduced[n_parts]);
        } else {
            n_parts++;
        }
    }
    const char *how = "its exponents are too large";
    enum newton_zero zero =
        fits ? newton_common_zero(reduced, n_parts, &verdict->effort, &how) : ZERO_UNKNOWN;
    if (zero == ZERO_NONE)
        verdict->n_none++;
    if (zero == ZERO_UNKNOWN && verdict->n_unknown++ == 0)
        verdict->reason = how;
    if (zero == ZERO_SOME || (zero == ZERO_UNKNOWN && verdict->n_unknown == 1)) {
        write_face(own, n_parts, names, arena, out);
    }
    if (zero == ZERO_SOME) {
        out->faces = FACES_DEGENERATE;
        verdict->reason = how;
    }
    for (size_t g = 0; g < n_parts; g++) {
        poly_free(own[g]);
        poly_free(reduced[g]);
    }
    mem_free(own);
    mem_free(reduced);
}

static void say_verdict(const struct verdict *verdict, struct arena *arena, struct newton *out)
{
    struct text text;
    text_init(&text);
    if (out->faces == FACES_DEGENERATE) {
        text_addf(&text, "on a compact face %s vanishes at a real point off the axes: %s",
                  out->face, verdict->reason);
    } else if (verdict->n_unknown) {
        out->faces = FACES_UNKNOWN;
        text_addf(&text, "it is not known whether %s vanishes at a real point off the axes: %s",
                  out->face, verdict->reason);
    } else {
        out->faces = FACES_NONDEGENERATE;
        text_addf(&text,
                  "on none of the %zu compact faces of dimension 1 or more do the parts "
                  "vanish together at a real point off the axes",
                  verdict->n_none);
    }
    out->why = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
}

void newton_check(const struct poly *const *generators, size_t n, const char *const *names,
                  struct arena *arena, struct newton *out)
{
    struct newton_faces faces;
    out->faces = FACES_UNKNOWN;
    if (newton_compact_faces(out, &faces) != ST_OK) {
        out->why = "there are more than 20000 compact faces to check";
        mem_free(faces.tight);
        return;
    }
    struct verdict verdict = {.effort = EXPENSIVE_TRIES};
    const long **points = mem_new(out->n_points, sizeof *points);
    for (size_t k = 0; k < faces.n && out->faces != FACES_DEGENERATE; k++) {
        struct face face = {.n_vars = out->n_vars, .points = points};
        for (size_t p = 0; p < out->n_points; p++) {
            if (!newton_on_face(out, faces.tight + k * faces.n_words, faces.n_words, p))
                continue;
            points[face.n_points++] = out->points + p * out->n_vars;
        }
        face_reduce(&face);
        check_face(&face, generators, n, names, arena, &verdict, out);
        fmpz_mat_clear(face.reduced);
    }
    mem_free(points);
    mem_free(faces.tight);
    say_verdict(&verdict, arena, out);
}
