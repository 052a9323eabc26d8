/* Unions of joint zero sets, without members that another contains. */
#include "zeros_private.h"

#include "cusp/mem.h"

void zeros_union_done(struct zeros_union *sets)
{
    for (size_t i = 0; i < sets->n; i++)
        mem_free(sets->set[i].node);
    mem_free(sets->set);
    *sets = (struct zeros_union){0};
}

/* Both ascending: a ⊆ b. */
static bool joint_subset(const struct zeros_joint *a, const struct zeros_joint *b)
{
    size_t j = 0;
    for (size_t i = 0; i < a->n; i++) {
        while (j < b->n && b->node[j] < a->node[i])
            j++;
        if (j == b->n || b->node[j] != a->node[i])
            return false;
    }
    return true;
}

/* Takes the set; more conditions mean fewer points, so a superset of conditions adds nothing. */
void zeros_union_add(struct zeros_union *sets, struct zeros_joint joint)
{
    size_t n = 0;
    for (size_t i = 0; i < sets->n; i++)
        if (joint_subset(&sets->set[i], &joint)) {
            mem_free(joint.node);
            return;
        }
    for (size_t i = 0; i < sets->n; i++) {
        if (joint_subset(&joint, &sets->set[i]))
            mem_free(sets->set[i].node);
        else
            sets->set[n++] = sets->set[i];
    }
    sets->n = n;
    MEM_GROW(sets->set, sets->n, sets->capacity);
    sets->set[sets->n++] = joint;
}

void zeros_union_add_node(struct zeros_union *sets, uint32_t id)
{
    struct zeros_joint joint = {mem_new(1, sizeof *joint.node), 1};
    joint.node[0] = id;
    zeros_union_add(sets, joint);
}

void zeros_union_add_everything(struct zeros_union *sets)
{
    zeros_union_add(sets, (struct zeros_joint){mem_new(1, sizeof(uint32_t)), 0});
}

static struct zeros_joint joint_merge(const struct zeros_joint *a, const struct zeros_joint *b)
{
    struct zeros_joint out = {mem_new(a->n + b->n + 1, sizeof *out.node), 0};
    size_t i = 0, j = 0;
    while (i < a->n || j < b->n) {
        uint32_t next =
            j == b->n || (i < a->n && a->node[i] <= b->node[j]) ? a->node[i] : b->node[j];
        i += i < a->n && a->node[i] == next;
        j += j < b->n && b->node[j] == next;
        out.node[out.n++] = next;
    }
    return out;
}

/* sets := sets ∩ more, distributed; more is emptied. */
void zeros_union_intersect(struct zeros_union *sets, struct zeros_union *more)
{
    struct zeros_union out = {0};
    for (size_t i = 0; i < sets->n; i++)
        for (size_t j = 0; j < more->n; j++)
            zeros_union_add(&out, joint_merge(&sets->set[i], &more->set[j]));
    zeros_union_done(sets);
    zeros_union_done(more);
    *sets = out;
}
