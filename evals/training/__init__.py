"""Training of the bundled static embedding model on pairs derived from statutes, and its scores.

``python -m evals.training.train`` derives pairs (:mod:`.pairs`), makes a tokenizer
(:mod:`.vocabulary`), trains and saves the model; ``python -m evals.training.stard`` scores a model
on the STARD questions, alone and fused with BM25.
"""
