"""Results of callbacks, computed in advance by the rehearsal of a build.

The page answers from them until Python has started (web/src/session/callbacks/answers.ts).
"""
