"""The code of the course book The Pendulum Test: article, figures, quizzes, exercises and the book itself."""

__version__ = "0.1.0"
