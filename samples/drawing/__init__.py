"""What painters draw with: canvas, form sheet, seals and signatures, damage, number words."""
