/** One cuisine's words: dishes are "style base", under the category they are listed in. */
export interface Cuisine {
  readonly name: string;
  readonly categories: readonly (readonly [category: string, styles: readonly string[], bases: readonly string[]])[];
  /** What goes beside a main, for combos. */
  readonly sides: readonly string[];
}

export const cuisines: readonly Cuisine[] = [
  {
    name: 'North Indian',
    categories: [
      [
        'Tandoor Starters',
        ['Achari', 'Malai', 'Hariyali', 'Lasooni', 'Peshawari', 'Kali Mirch'],
        ['Paneer Tikka', 'Chicken Tikka', 'Seekh Kebab', 'Soya Chaap', 'Tandoori Gobi', 'Mushroom Tikka'],
      ],
      [
        'Main Course',
        ['Kadai', 'Shahi', 'Handi', 'Punjabi', 'Dhaba Style', 'Makhani'],
        ['Paneer', 'Chicken', 'Kofta', 'Mutton', 'Rajma', 'Dal', 'Aloo Gobi', 'Baingan'],
      ],
      ['Breads', ['Butter', 'Plain', 'Garlic', 'Laccha', 'Stuffed', 'Missi'], ['Naan', 'Roti', 'Kulcha', 'Paratha']],
      ['Rice', ['Jeera', 'Peas', 'Saffron', 'Kashmiri', 'Steamed'], ['Rice', 'Pulao', 'Biryani']],
    ],
    sides: ['Butter Naan', 'Jeera Rice', 'Boondi Raita', 'Gulab Jamun', 'Sweet Lassi'],
  },
  {
    name: 'South Indian',
    categories: [
      ['Dosas', ['Ghee', 'Mysore', 'Onion', 'Podi', 'Paper', 'Rava', 'Benne'], ['Dosa', 'Masala Dosa', 'Uttapam']],
      ['Idli and Vada', ['Steamed', 'Fried', 'Sambar', 'Rasam', 'Thatte', 'Mini'], ['Idli', 'Vada', 'Kotte Kadubu']],
      ['Rice Bowls', ['Lemon', 'Tamarind', 'Curd', 'Coconut', 'Tomato'], ['Rice', 'Bath']],
      ['Filter Coffee and Tea', ['Strong', 'Light', 'Jaggery', 'Ginger'], ['Filter Coffee', 'Tea', 'Badam Milk']],
    ],
    sides: ['Filter Coffee', 'Medu Vada', 'Kesari Bath', 'Buttermilk'],
  },
  {
    name: 'Chinese',
    categories: [
      ['Soups', ['Hot and Sour', 'Sweet Corn', 'Manchow', 'Lemon Coriander'], ['Veg Soup', 'Chicken Soup']],
      [
        'Wok Starters',
        ['Chilli', 'Szechwan', 'Honey Glazed', 'Black Pepper', 'Salt and Pepper'],
        ['Paneer', 'Chicken', 'Baby Corn', 'Mushroom', 'Prawns'],
      ],
      [
        'Noodles and Rice',
        ['Hakka', 'Burnt Garlic', 'Singapore', 'Combination', 'Chilli Garlic'],
        ['Noodles', 'Fried Rice', 'Chopsuey'],
      ],
      ['Dim Sum', ['Steamed', 'Pan Fried', 'Crystal', 'Spicy'], ['Veg Momos', 'Chicken Momos', 'Prawn Har Gow']],
    ],
    sides: ['Spring Roll', 'Manchurian', 'Iced Lemon Tea', 'Veg Momos'],
  },
  {
    name: 'Burgers',
    categories: [
      [
        'Burgers',
        ['Classic', 'Smoky', 'Double', 'Jalapeño', 'Crispy', 'Peri Peri'],
        ['Veg Burger', 'Chicken Burger', 'Lamb Burger', 'Paneer Burger'],
      ],
      ['Sides', ['Salted', 'Cajun', 'Cheesy', 'Loaded'], ['Fries', 'Potato Wedges', 'Onion Rings', 'Nuggets']],
      ['Shakes', ['Thick', 'Salted Caramel', 'Belgian Chocolate', 'Strawberry'], ['Shake', 'Cold Coffee']],
      ['Wraps', ['Grilled', 'Tandoori', 'Mexican', 'Falafel'], ['Wrap', 'Roll']],
    ],
    sides: ['Fries', 'Coke', 'Onion Rings', 'Vanilla Shake'],
  },
  {
    name: 'Italian',
    categories: [
      [
        'Pizzas',
        ['Margherita', 'Farmhouse', 'Quattro Stagioni', 'Pesto', 'Burrata', 'Diavola'],
        ['Pizza', 'Thin Crust Pizza'],
      ],
      [
        'Pasta',
        ['Arrabbiata', 'Alfredo', 'Aglio e Olio', 'Bolognese', 'Genovese'],
        ['Penne', 'Spaghetti', 'Fettuccine', 'Gnocchi'],
      ],
      ['Antipasti', ['Classic', 'Roasted', 'Tuscan'], ['Bruschetta', 'Caprese Salad', 'Garlic Bread', 'Minestrone']],
      ['Dolci', ['Classic', 'Hazelnut', 'Lemon'], ['Tiramisù', 'Panna Cotta', 'Cannoli', 'Affogato']],
    ],
    sides: ['Garlic Bread', 'Coke', 'Caesar Salad', 'Tiramisù'],
  },
  {
    name: 'Japanese and Korean',
    categories: [
      ['Sushi', ['Spicy', 'Crunchy', 'Rainbow', 'Avocado', 'Salmon'], ['Maki', 'Uramaki', 'Nigiri', '寿司 Roll']],
      ['Ramen and Udon', ['Shoyu', 'Miso', 'Tonkotsu', 'Spicy Garlic'], ['Ramen', 'Udon', 'Soba']],
      [
        'Korean Kitchen',
        ['Spicy', 'Soy Garlic', 'Cheesy'],
        ['Tteokbokki', 'Fried Chicken', 'Bibimbap', '김치 Fried Rice'],
      ],
    ],
    sides: ['Miso Soup', 'Edamame', 'Green Tea', 'Kimchi'],
  },
  {
    name: 'Café',
    categories: [
      [
        'Coffee',
        ['Iced', 'Hazelnut', 'Vanilla', 'Double Shot', 'Oat Milk'],
        ['Café Latte', 'Cappuccino', 'Americano', 'Mocha'],
      ],
      [
        'Pâtisserie',
        ['Almond', 'Chocolate', 'Blueberry', 'Pistachio'],
        ['Croissant', 'Éclair', 'Crème Brûlée', 'Cheesecake', 'Muffin'],
      ],
      [
        'Breakfast',
        ['Classic', 'Spinach', 'Mushroom', 'Açaí'],
        ['Omelette', 'Pancakes', 'Granola Bowl', 'Avocado Toast'],
      ],
      ['Sandwiches', ['Grilled', 'Club', 'Open', 'Pesto'], ['Veg Sandwich', 'Chicken Sandwich', 'Panini']],
    ],
    sides: ['Cappuccino', 'Muffin', 'Iced Tea', 'Hash Browns'],
  },
  {
    name: 'Desserts',
    categories: [
      [
        'Ice Cream',
        ['Alphonso Mango', 'Tender Coconut', 'Roasted Almond', 'Piña Colada', 'Fig and Honey'],
        ['Scoop', 'Sundae', 'Tub'],
      ],
      ['Cakes', ['Red Velvet', 'Black Forest', 'Butterscotch', 'Truffle'], ['Cake', 'Pastry', 'Jar Cake']],
      [
        'Indian Sweets',
        ['Kesar', 'Dry Fruit', 'Sugar Free', 'Desi Ghee'],
        ['Laddu', 'Barfi', 'Jalebi', 'Rasmalai', 'चाय Kulfi'],
      ],
    ],
    sides: ['Brownie', 'Cold Coffee', 'Waffle', 'Vanilla Scoop'],
  },
];

export const outletFirstWords = [
  'Blue',
  'Copper',
  'Madras',
  'Saffron',
  'Corner',
  'Lucky',
  'Monsoon',
  'Tamarind',
  'Old Town',
  'Golden',
  'Café',
  'Chez',
  'Little',
  'Royal',
  'Urban',
  'Señor',
] as const;
export const outletLastWords = [
  'Kitchen',
  'Tiffin Room',
  'Oven',
  'Canteen',
  'Spice House',
  'Bistró',
  'Express',
  'Table',
  'Wok',
  'Bakehouse',
  'Darbar',
  'Diner',
  'Larder',
  'Grill',
] as const;
/** Invented places: the outlets exist nowhere. */
export const cities = ['Navapura', 'Tarangini', 'Port Meridian', 'Kesarinagar', 'São Duarte'] as const;
export const quarters = [
  'Lake Road',
  'Market Square',
  'Station Road',
  'Palm Avenue',
  'Old Fort',
  'Hill View',
  'Canal Street',
  '7th Block',
] as const;

/** Titles of categories that sell combos. */
export const comboCategories = [
  'Combos',
  'Value Meals',
  'Thalis',
  'Meal Boxes',
  'Lunch Combos',
  'Family Meals',
  'Bento',
  'Set Meals',
] as const;

/** Entries that look like combos and are none: more of one product, or one dish. */
export const nearMisses = [
  'Combination Chopsuey',
  'Chicken Wings (Pack of 6)',
  'Assorted Doughnuts (Box of 4)',
  'Family Pack Biryani',
  'Fish & Chips',
  'Biryani with Raita',
  'Buy 1 Get 1 Pizza',
  'Mutton Biryani (1 kg)',
  'Idli Sambar',
  'Cookies (Box of 12)',
] as const;
