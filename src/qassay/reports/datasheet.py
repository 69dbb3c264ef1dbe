def render_datasheet(analysis, facts):
    return ""
