"""The search for versions: what there is, what is asked of it, and what to say of the result.

`candidates` knows the versions of a package, `provider` tells resolvelib the rules of this builder,
`nearest` sorts versions by what was wished for, and `explain` and `age` write the reasons.
"""
