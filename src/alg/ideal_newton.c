/* λ from the Newton polyhedron of generators that are nondegenerate on its compact faces.

   A toric map of the fan of the polyhedron makes every generator a monomial times its strict
   transform. Where the parts on each compact face have no common real zero off the coordinates,
   some strict transform is a unit at each point over the origin, and the ideal is that monomial: λ
   is the ratio of the polyhedron (Lin 2011; Saia 1996). Where one function has such zeros, but none
   with its derivatives, its strict transform is a smooth hypersurface transversal to the divisors
   (Varchenko 1976): one more divisor, with ratio 1. */
#include "cusp/mem.h"
#include "ideal_private.h"
#include "newton_private.h"

enum { EFFORT = 24, MOST_FACES = 400, MOST_POINTS = 60 };

struct scene {
    struct poly *f[64]; /* x^k g, in the germ's variables alone */
    size_t n, dim;
    struct rat h[IDEAL_VARS];
    const char *names[IDEAL_VARS];
    struct newton newton;
    struct newton_faces faces;
    size_t effort;
};

/* False: too many variables, or some that are not near 0. */
static bool set_up(const struct work *work, const struct germ *germ, struct scene *scene)
{
    size_t map[POLY_MAX_VARS] = {0};
    unsigned long exponents[IDEAL_VARS] = {0};
    *scene = (struct scene){.effort = EFFORT};
    size_t terms = 0;
    for (size_t g = 0; g < germ->n; g++)
        terms += poly_n_terms(germ->g[g]);
    if (!germ->n || germ->n > 64 || terms > MOST_POINTS)
        return false;
    for (size_t i = 0; i < work->n_vars; i++) {
        bool used = germ->k[i] > 0;
        for (size_t g = 0; g < germ->n; g++)
            used = used || poly_uses(germ->g[g], i);
        if (!used)
            continue;
        if (germ->role[i] != ROLE_GERM || germ->one_sided[i] || scene->dim == NEWTON_MAX_VARS)
            return false;
        exponents[scene->dim] = (unsigned long)germ->k[i];
        scene->h[scene->dim] = germ->h[i];
        scene->names[scene->dim] = germ->name[i];
        map[i] = scene->dim++;
    }
    struct poly *k = poly_integer(scene->dim, 1);
    for (size_t j = 0; j < scene->dim; j++) {
        struct poly *x = poly_var(scene->dim, j), *power = NULL, *next;
        if (poly_pow(x, exponents[j], &power) != ST_OK)
            power = poly_integer(scene->dim, 0);
        next = poly_mul(k, power);
        poly_free(x);
        poly_free(power);
        poly_free(k);
        k = next;
    }
    for (size_t g = 0; g < germ->n; g++) {
        struct poly *renamed = poly_rename(germ->g[g], scene->dim, map);
        scene->f[scene->n++] = poly_mul(renamed, k);
        poly_free(renamed);
    }
    poly_free(k);
    return true;
}

static void scene_done(struct scene *scene)
{
    for (size_t g = 0; g < scene->n; g++)
        poly_free(scene->f[g]);
    mem_free(scene->faces.tight);
}

static bool tight(const uint64_t *face, size_t facet)
{
    return (face[facet / NEWTON_WORD] >> (facet % NEWTON_WORD)) & 1;
}

static struct poly *face_part(const struct scene *scene, const uint64_t *face)
{
    const struct poly *f = scene->f[0];
    struct poly *out = poly_new(scene->dim);
    for (size_t t = 0; t < poly_n_terms(f); t++) {
        unsigned long e[POLY_MAX_VARS];
        poly_exponents(f, t, e);
        bool on = true;
        for (size_t n = 0; n < scene->newton.n_facets && on; n++) {
            long sum = 0;
            for (size_t i = 0; i < scene->dim; i++)
                sum += scene->newton.normals[n * scene->dim + i] * (long)e[i];
            on = !tight(face, n) || sum == scene->newton.offsets[n];
        }
        if (!on)
            continue;
        fmpq_t c;
        fmpq_init(c);
        fmpq_mpoly_get_term_coeff_fmpq(c, f->p, (slong)t, f->ring);
        fmpq_mpoly_push_term_fmpq_ui(out->p, c, e, out->ring);
        fmpq_clear(c);
    }
    return out;
}

/* The part has no real zero off the coordinates where its derivatives are 0 too. */
static bool is_smooth(struct scene *scene, struct poly *part)
{
    struct poly *all[NEWTON_MAX_VARS + 1] = {part};
    size_t n = 1;
    const char *how = "";
    if (poly_n_terms(part) <= 2)
        return true; /* of a x^α + b x^β = 0 the weighted derivatives are (α_i − β_i) a x^α */
    for (size_t i = 0; i < scene->dim; i++) {
        struct poly *slope = poly_derivative(part, i);
        if (poly_is_zero(slope))
            poly_free(slope);
        else
            all[n++] = slope;
    }
    const bool none = newton_common_zero(all, n, &scene->effort, &how) == ZERO_NONE;
    for (size_t i = 1; i < n; i++)
        poly_free(all[i]);
    return none;
}

/* Is there a zero of f's part on any compact face, and on those of the face that is hit? */
static bool look_at_faces(struct scene *scene, enum newton_zero *any, enum newton_zero *hit)
{
    const struct newton *newton = &scene->newton;
    const char *how = "";
    *any = *hit = ZERO_NONE;
    for (size_t f = 0; f < scene->faces.n; f++) {
        const uint64_t *face = scene->faces.tight + f * scene->faces.n_words;
        bool in = true;
        for (size_t n = 0; n < newton->n_facets; n++)
            in = in && (!newton->hit[n] || tight(face, n));
        struct poly *part = face_part(scene, face);
        const bool smooth = is_smooth(scene, part);
        const enum newton_zero zero = newton_common_zero(&part, 1, &scene->effort, &how);
        poly_free(part);
        if (!smooth)
            return false;
        if (*any != ZERO_SOME && zero != ZERO_NONE)
            *any = zero;
        if (in && *hit != ZERO_SOME && zero != ZERO_NONE)
            *hit = zero;
    }
    return true;
}

static bool varchenko(struct work *work, struct germ *germ, struct scene *scene, struct found *out)
{
    enum newton_zero any, hit;
    if (newton_compact_faces(&scene->newton, &scene->faces) != ST_OK ||
        scene->faces.n > MOST_FACES || !look_at_faces(scene, &any, &hit))
        return false;
    const struct rat ratio = scene->newton.ratio, one = {1, 1};
    const int order = ideal_compare(ratio, one);
    char text[48];
    rat_text(text, sizeof text, ratio);
    struct rat lambda = ratio;
    long m = scene->newton.multiplicity;
    const char *and = "";
    if (order > 0) {
        if (any == ZERO_UNKNOWN)
            return false;
        if (any == ZERO_SOME) {
            lambda = one;
            m = 1;
            and = "; the hypersurface itself, with ratio 1, meets the divisors";
        }
    } else if (order == 0) {
        m = hit == ZERO_UNKNOWN ? 0 : m + (hit == ZERO_SOME);
        and =
            hit == ZERO_SOME ? "; the hypersurface itself has the same ratio 1 and meets them" : "";
    }
    work->used_varchenko = true;
    germ_finish_with(work, germ, out, lambda, m,
                     work_text(work,
                               "nondegenerate on every compact face of the Newton polyhedron "
                               "(Varchenko 1976), whose ratio is %s%s",
                               text, and));
    return true;
}

bool germ_nondegenerate(struct work *work, struct germ *germ, struct found *out)
{
    struct scene scene;
    if (!set_up(work, germ, &scene))
        return false;
    bool done = false;
    if (newton_polyhedron((const struct poly *const *)scene.f, scene.n, scene.h, scene.names,
                          work->arena, &scene.newton) == ST_OK) {
        if (scene.newton.faces == FACES_NONDEGENERATE) {
            work->used_varchenko = true;
            germ_finish_with(work, germ, out, scene.newton.ratio, scene.newton.multiplicity,
                             work_text(work, "Newton polyhedron of %s, nondegenerate (%s)",
                                       germ_show_ideal(work, germ), scene.newton.why));
            done = true;
        } else if (scene.n == 1) {
            done = varchenko(work, germ, &scene, out);
        }
    }
    scene_done(&scene);
    return done;
}
