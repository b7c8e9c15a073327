"""Has the world moved away from what a model was trained on?"""
